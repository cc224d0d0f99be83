"""What others would use: TF-IDF with LinearSVC, fastText and spaCy's text categoriser, on the same lines."""

from __future__ import annotations

import json
import random
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import spacy
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from sklearn.svm import LinearSVC
from spacy.training import Example

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EPOCHS = 8
FASTTEXT = """
import json, sys, time
import fasttext
train, test = sys.argv[1:]
model = fasttext.train_supervised(train, wordNgrams=2, minn=3, maxn=5, epoch=50, lr=0.3, dim=100, thread=1, seed=20)
lines = json.load(open(test, encoding="utf-8"))
started = time.perf_counter()
labels = [model.predict(line)[0][0] for line in lines]
print(json.dumps({"labels": labels, "seconds": time.perf_counter() - started}))
"""
"""Character n-grams and more epochs than by default, as usual for small data; not tuned, nor are spaCy's epochs."""


def linear_svc(strength: float = 1.0) -> Pipeline:
    """Word 1-2 and char_wb 3-5 TF-IDF with a linear support-vector machine, settings otherwise as they come."""
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+")  # noqa: S106 - no password
    chars = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2)
    return make_pipeline(make_union(words, chars), LinearSVC(C=strength))


def fasttext(texts: Sequence[str], labels: Sequence[str], later: Sequence[str]) -> tuple[list[str], float]:
    """Labels by fastText, in an environment of its own that is thrown away, and texts a second.

    Raises:
        subprocess.CalledProcessError: it cannot be installed or fails.
    """
    names = sorted(set(labels))
    uv = str(ROOT / ".tools" / "bin" / "uv")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        python = work / "env" / "bin" / "python"
        subprocess.run([uv, "venv", "-q", "-p", str(ROOT / ".venv" / "bin" / "python"), str(work / "env")], check=True)
        pinned = ["--require-hashes", "--only-binary", ":all:", "-r", str(HERE / "requirements.txt")]
        subprocess.run([uv, "pip", "install", "-q", "--python", str(python), *pinned], check=True)
        lines = (f"__label__{names.index(label)} {text.lower()}\n" for text, label in zip(texts, labels, strict=True))
        (work / "train.txt").write_text("".join(lines), "utf-8")
        (work / "test.json").write_text(json.dumps([text.lower() for text in later]), "utf-8")
        answer = json.loads(
            subprocess.run(
                [str(python), "-c", FASTTEXT, str(work / "train.txt"), str(work / "test.json")],
                check=True,
                capture_output=True,
                text=True,
            ).stdout.splitlines()[-1]
        )
    found = [names[int(label.removeprefix("__label__"))] for label in answer["labels"]]
    return found, len(later) / answer["seconds"]


def spacy_textcat(texts: Sequence[str], labels: Sequence[str], later: Sequence[str]) -> tuple[list[str], float]:
    """Labels by spaCy's bag-of-words categoriser for Indonesian, and texts a second."""
    language = spacy.blank("id")
    architecture = {
        "@architectures": "spacy.TextCatBOW.v3",
        "exclusive_classes": True,
        "ngram_size": 2,
        "no_output_layer": False,
        "length": 262144,
    }
    part = language.add_pipe("textcat", config={"model": architecture})
    names = sorted(set(labels))
    for name in names:
        part.add_label(name)
    examples = [
        Example.from_dict(language.make_doc(text), {"cats": {name: float(name == label) for name in names}})
        for text, label in zip(texts, labels, strict=True)
    ]
    spacy.util.fix_random_seed(20)
    optimizer = language.initialize(lambda: examples)
    order = random.Random(20)
    for _ in range(EPOCHS):
        order.shuffle(examples)
        for batch in spacy.util.minibatch(examples, 64):
            language.update(batch, sgd=optimizer)
    started = time.perf_counter()
    found = [max(doc.cats, key=lambda name, cats=doc.cats: cats[name]) for doc in language.pipe(later)]
    return found, len(later) / (time.perf_counter() - started)
