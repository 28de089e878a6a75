"""The table of tasks: one row a task, and nowhere else a list of them.

    >>> TASKS["wmt"].scored[0].title
    'BLEU'

To add a task: a module with `files` and `build` (see `wmt.py`), a row here, its settings in `curriculum/tasks.py`, a
sample in `data_builders/sample/tasks/<name>/`. The verbs, plans, `eval predict|score|matrix` and `make task` follow.
The sizes are the published ones; squad_v2's 6,000 are read as training rows, its dev rows are as many as wmt19's, and a
test split, of which the study says nothing, is as large as the dev one.
"""

from data_builders.tasks import cnn_dailymail, short_news, squad2, wmt
from data_builders.tasks.multitask import SYSTEM
from data_builders.tasks.schema import Scored, Sizes, Task
from data_builders.tasks.sources import corpus_files

TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Task(
            name="wmt",
            learns="a Chinese sentence -> English",
            build=wmt.build,
            files=wmt.files,
            system=SYSTEM,
            scored=(Scored("bleu", "13a", "bleu", "BLEU"), Scored("chrf", "chrf", "chrf", "chrF")),
            sizes=Sizes(5897, 990, 990),
        ),
        Task(
            name="cnn_dailymail",
            learns="an English article -> its highlights",
            build=cnn_dailymail.build,
            files=corpus_files,
            system=SYSTEM,
            scored=(Scored("rouge", "rouge_score-english", "rouge1_f", "ROUGE-1"),),
            sizes=Sizes(5679, 1143, 1143),
        ),
        Task(
            name="squad2",
            learns="a paragraph and a question -> the answer's text, or that there is none",
            build=squad2.build,
            files=corpus_files,
            system=SYSTEM,
            scored=(Scored("squad", "official", "squad_em", "EM"), Scored("squad", "official", "squad_f1", "F1")),
            sizes=Sizes(6000, 990, 990),
            answer=squad2.answer,
            max_new_tokens=64,
        ),
        Task(
            name="short_news",
            learns="a short Chinese text -> its summary",
            build=short_news.build,
            files=corpus_files,
            system="",
            scored=(
                Scored("rouge", "rouge_chinese-jieba", "rouge1_f", "ROUGE-1"),
                Scored("rouge", "rouge_chinese-jieba", "rouge2_f", "ROUGE-2"),
                Scored("rouge", "rouge_chinese-jieba", "rougeL_f", "ROUGE-L"),
                Scored("bleu", "zh", "bleu", "BLEU-4"),
            ),
            sizes=Sizes(),
            arguments=short_news.arguments,
        ),
    )
}

# Mixes with a name of their own: one training on the rows of several tasks.
MIXES: dict[str, tuple[str, ...]] = {"3in1": ("wmt", "cnn_dailymail", "squad2")}
