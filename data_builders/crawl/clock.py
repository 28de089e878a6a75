"""Times as newspapers write them -> ISO 8601 in Taiwan's time, which is also that of a time without an offset.

>>> iso("2023/08/24 09:17"), iso("2023年09月04日 23:47")
('2023-08-24T09:17:00+08:00', '2023-09-04T23:47:00+08:00')
>>> iso("民國114年3月1日 下午2:05"), iso("1740787200")
('2025-03-01T14:05:00+08:00', '2025-03-01T08:00:00+08:00')
>>> iso("no time")
''
"""

import os
import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

TAIPEI = timezone(timedelta(hours=8))
EPOCH = re.compile(r"1\d{9}(?:\d{3})?")  # seconds or milliseconds since 1970, 2001 to 2033
WRITTEN = re.compile(
    r"(?P<year>(?<!\d)(?:19|20)\d{2}|民國\s*\d{2,3}|(?<!\d)1[0-4]\d(?=\s*[-/年]))\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:[T\s,，|]*(?:[（(]?(?:星期|週)?[一二三四五六日][）)]?)?\s*(?P<half>上午|下午|AM|PM|am|pm)?\s*"
    r"(?P<hour>\d{1,2})\s*[:：時點]\s*(?P<minute>\d{1,2})(?:\s*[:：分]\s*(?P<second>\d{1,2}))?(?:\.\d+)?"
    r"\s*(?P<late>AM|PM|am|pm)?\s*(?P<offset>Z|[+-]\d{2}:?\d{2})?)?"
)


def iso(text: str) -> str:
    """Return the first time that the text holds, or ""."""
    if EPOCH.fullmatch(text.strip()):
        return datetime.fromtimestamp(int(text.strip()[:10]), TAIPEI).isoformat()
    found = WRITTEN.search(text)
    if found is None:
        return rfc2822(text)
    part = found.groupdict()
    hour = int(part["hour"] or 0)
    half = (part["half"] or part["late"] or "").lower()
    if half in {"下午", "pm"} and hour < 12:
        hour += 12
    elif half in {"上午", "am"} and hour == 12:
        hour = 0
    try:
        moment = datetime(
            common_era(part["year"]),
            int(part["month"]),
            int(part["day"]),
            hour,
            int(part["minute"] or 0),
            int(part["second"] or 0),
            tzinfo=zone(part["offset"] or ""),
        )
    except ValueError:
        return ""
    return moment.astimezone(TAIPEI).isoformat()


def now() -> str:
    """Return the present, or the moment that SOURCE_DATE_EPOCH fixes for runs that must give equal bytes."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    return (datetime.fromtimestamp(int(fixed), TAIPEI) if fixed.isdigit() else datetime.now(TAIPEI)).isoformat(
        timespec="seconds"
    )


def common_era(year: str) -> int:
    """Return a year as the world counts it: Taiwan's first is 1912."""
    number = int(re.sub(r"\D", "", year))
    return number + 1911 if number < 1000 else number


def rfc2822(text: str) -> str:
    """Return a feed's or a header's time, `Mon, 04 Sep 2023 23:47:00 +0800`, or ""."""
    try:
        moment = parsedate_to_datetime(text.strip())
    except (ValueError, TypeError, IndexError):
        return ""
    return (moment.astimezone(TAIPEI) if moment.tzinfo else moment.replace(tzinfo=TAIPEI)).isoformat()


def zone(offset: str) -> timezone:
    """Return the zone of `Z`, `+08:00` or `+0800`; Taiwan's when there is none."""
    if not offset:
        return TAIPEI
    if offset == "Z":
        return UTC
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(-shift if offset[0] == "-" else shift)


def has_time(moment: str) -> bool:
    """Whether a time is more than a bare day, which sites write as midnight."""
    return bool(moment) and "T00:00:00" not in moment
