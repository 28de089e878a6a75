"""The phone page: find news, tap one, read its summary as it is written, keep it.

    python -m app serve                                    the embedded summariser, on 127.0.0.1:7860
    python -m app serve --gguf student-q8_0.gguf           a student of this project, by llama.cpp
    python -m app serve --base-url http://127.0.0.1:8000/v1 --model qwen2.5

    finder (papers, sample) -> turns (one writer, a queue) -> rests (what the summary rests on) -> page, history

It is a way out of the door, so it only uses: the crawler finds and fetches, `teacher/` summarises and reads figures,
`eval/` says what an article does not hold. The page is plain files in `page/`; nothing is built, nothing comes from
elsewhere.
"""
