"""Both directions of a pair, and what is like it, stand on one side; the count that proves it finds planted leaks."""

import numpy as np

from data_builders.jsonl import write
from data_builders.tasks.translation.decide import decide
from data_builders.tasks.translation.groups import copies, groups
from data_builders.tasks.translation.keys import keys_of
from data_builders.tasks.translation.prepare import joined
from data_builders.tasks.translation.proof import Leaks, leaks
from data_builders.tasks.translation.rows import both
from data_builders.tasks.translation.schema import Keys
from data_builders.tasks.translation.shared import completed
from data_builders.tasks.translation.split import DEV, TEST, TRAIN, Sizes

LONG = "The committee decided on Friday that the old bridge over the river will be closed for repairs until spring"


def keys(*pairs: tuple[str, str]) -> Keys:
    made = joined(keys_of([one for one, _ in pairs]), keys_of([other for _, other in pairs]))
    texts = [text for pair in pairs for text in pair]
    return completed(made, lambda places: iter([(places, [texts[place] for place in places])]), map)


def together(one: tuple[str, str], other: tuple[str, str]) -> bool:
    labels = groups(keys(one, other))
    return bool(labels[0] == labels[1])


def test_a_side_that_is_the_same_but_for_signs_case_width_or_script_ties_two_pairs():
    assert together(("Good morning!", "早安"), ("good  MORNING", "你好嗎"))
    assert together(("How are you?", "這是臺灣。"), ("What?", "这是台湾"))
    assert together(("No.", "それは本。"), ("Yes, sir.", "それ は 本 。"))
    assert not together(("Good morning!", "早安"), ("Good night!", "晚安"))


def test_one_word_or_one_character_more_less_or_other_ties_two_pairs():
    assert together(("He gave me a very good book yesterday.", "甲乙丙"), ("He gave me a good book yesterday.", "丁"))
    assert together(("x", "我今天去學校上課。"), ("y", "我昨天去學校上課。"))
    assert together(("x", "我今天去學校上課。"), ("y", "我今天去學校上課了。"))
    assert not together(("Tom ran.", "甲"), ("Tom slept.", "乙")), "half of the characters are others"
    assert not together(("x", "我今天去學校上課。"), ("y", "他昨天去學校上課。")), "two characters of eight"


def test_a_long_text_with_several_words_changed_ties_two_pairs():
    changed = LONG.replace("Friday", "Monday").replace("old", "new").replace("spring", "May")
    assert together((LONG, "甲"), (changed, "乙"))
    other = "She has never seen such a large crowd at the harbour, although ships arrive there every single week"
    assert not together((LONG, "甲"), (other, "乙"))


def test_of_texts_of_any_length_every_change_of_one_part_is_found_wherever_it_stands():
    drawn = np.random.default_rng(11)
    for count in range(6, 23):
        text = [chr(point) for point in drawn.choice(np.arange(0x4E10, 0x4E90), count, replace=False)]
        for place in range(count):
            rest = [*text[:place], *text[place + 1 :]]
            swapped = [*text[:place], *text[place : place + 2][::-1], *text[place + 2 :]]
            for what, other in (
                ("another", [*text[:place], "新", *text[place + 1 :]]),
                ("left out", rest),
                ("added", [*text[:place], "新", *text[place:]]),
                ("changed places", swapped),
            ):
                pair = ("x", "".join(text)), ("y", "".join(other))
                assert together(*pair), f"part {place} of {count}: {what}"


def test_ties_join_over_any_number_of_steps_and_across_languages():
    chain = [
        ("One small cat.", "一隻小貓"),
        ("One small cat", "小貓一隻在這裡"),
        ("The cat is here.", "小貓一隻在這裡。"),
        ("A dog.", "狗"),
    ]
    labels = groups(keys(*chain))
    assert labels[0] == labels[1] == labels[2] != labels[3]


def test_a_pair_that_repeats_an_earlier_one_is_a_copy_and_one_that_nearly_does_a_near_copy():
    same, near = copies(
        keys((LONG, "大橋封閉了"), (LONG.upper() + ".", "大橋封閉了！"), (LONG + " again", "大橋封閉了"), (LONG, "橋"))
    )
    assert same.tolist() == [False, True, False, False]
    assert near.tolist() == [False, False, True, False]


def test_another_number_is_another_fact_and_no_near_copy():
    long = "The train from the capital to the harbour leaves at {} every day of the week"
    _, near = copies(keys((long.format("10"), "火車"), (long.format("11"), "火車")))
    assert not near.any()


def crowd(count: int) -> list[tuple[str, str]]:
    words = np.random.default_rng(7).integers(0x4E00, 0x9000, (count, 12))
    return [(f"sentence about {' '.join(map(str, row[:5]))}", "".join(map(chr, row))) for row in words.tolist()]


def test_no_group_is_parted_and_the_sizes_are_kept():
    pairs = [pair for one in crowd(60) for pair in (one, (one[0].upper() + "!", one[1][:6] + "全新的半句話"))]
    made = decide(keys(*pairs), Sizes(dev=9, test=11), 0, "42")
    sides = {split: set(made.pairs(split).tolist()) for split in (TRAIN, DEV, TEST)}
    assert [len(sides[split]) for split in (TEST, DEV)] == [10, 8], "groups of two, and none is parted"
    assert all((place ^ 1) in side for side in sides.values() for place in side)


def test_the_same_seed_gives_the_same_split_whatever_the_order():
    pairs = crowd(80)
    one, other = decide(keys(*pairs), Sizes(8, 8), 0, "a"), decide(keys(*pairs[::-1]), Sizes(8, 8), 0, "a")
    assert {pairs[k] for k in one.pairs(TEST)} == {pairs[::-1][k] for k in other.pairs(TEST)}
    assert set(one.pairs(TEST)) != set(decide(keys(*pairs), Sizes(8, 8), 0, "b").pairs(TEST))


def test_a_smaller_subset_is_part_of_a_larger_one_and_held_out_pairs_stay():
    all_keys = keys(*crowd(100))
    whole, ten, forty = (decide(all_keys, Sizes(5, 5), size, "42") for size in (0, 10, 40))
    assert (len(ten.pairs(TRAIN)), len(forty.pairs(TRAIN)), len(whole.pairs(TRAIN))) == (10, 40, 90)
    assert set(ten.pairs(TRAIN)) < set(forty.pairs(TRAIN)) < set(whole.pairs(TRAIN))
    assert set(ten.pairs(TEST)) == set(forty.pairs(TEST)) == set(whole.pairs(TEST))


def test_the_proof_finds_every_planted_leak_in_written_files(tmp_path):
    crowded, languages = crowd(30), ("en", "zh_TW")
    test = [row for k, pair in enumerate(crowded[:10]) for row in both(f"t-{k}", languages, *pair)]
    test += both("t-long", languages, LONG, "這座橋要修到春天")
    train = [row for k, pair in enumerate(crowded[10:]) for row in both(f"r-{k}", languages, *pair)]
    write(tmp_path / "test.jsonl", test)
    write(tmp_path / "train.jsonl", train)
    assert leaks([tmp_path / "train.jsonl"], [tmp_path / "test.jsonl"], map) == Leaks(0, 40, 22)
    planted = [
        both("p-1", languages, *crowded[0])[1],  # the other direction of a test row
        both("p-2", languages, crowded[1][0].upper(), "另一種譯法")[0],  # one side, in other letters
        both("p-3", languages, "Something else.", crowded[2][1][:-1])[0],  # one character less
        both("p-4", languages, LONG.replace("Friday", "Monday").replace("spring", "May"), "別的譯文")[0],
    ]
    write(tmp_path / "train.jsonl", [*train, *planted])
    assert leaks([tmp_path / "train.jsonl"], [tmp_path / "test.jsonl"], map) == Leaks(4, 44, 22)
