"""Question and report in one message, and half questions after an answer; run by test_inside.py."""

from __future__ import annotations

import asyncio
import unittest
from pathlib import Path
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.clauses import MOST_CHARACTERS, REPORTS, clauses, is_plaint, reads_as_question, understood
from assistant.data import all_examples, faq_topics
from assistant.follow_up import opens_as_follow_up, parse_follow_up, question_before
from assistant.model import FALLBACK, Decision, Guess, IntentModel
from assistant.nlu import parse_output
from assistant.normaliser import load_lexicon
from assistant.training import train
from assistant.understand import described

DATA = Path("nlu_data")
TOPICS = ("cara_lapor", "cuti_melahirkan", "kerahasiaan_pelapor", "myasn_sandi", "pensiun_syarat", "tunjangan_kinerja")
LONGEST_LEARNT = 400  # characters: a small model trains in seconds
STORY = "SK pensiun ibu saya sudah 5 bulan belum terbit di BKD"


class ClausesTest(unittest.TestCase):
    def test_a_message_is_cut_at_ends_lines_and_opening_words(self) -> None:
        for text in (
            "tpp sy dipotong. cara lapornya gmn",
            "tpp sy dipotong\ncara lapornya gmn",
            "tpp sy dipotong, terus cara lapornya gmn",
            "tpp sy dipotong btw cara lapornya gmn",
            "tpp sy dipotong, cara lapornya gmn",
        ):
            with self.subTest(text):
                first, second = clauses(text)
                assert first.startswith("tpp sy dipotong")
                assert second.endswith("cara lapornya gmn")

    def test_times_and_amounts_are_not_cut(self) -> None:
        for text in ("bulan lalu dipotong 1.500.000", "sejak tahun lalu belum cair", "golongan III.b"):
            with self.subTest(text):
                assert clauses(text) == [text]

    def test_any_text_has_clauses(self) -> None:
        for text in ("", " \n ", "???", "\x00", "a" * 100_000):
            with self.subTest(text[:5]):
                assert all(clauses(text))

    def test_questions_are_told_from_plaints(self) -> None:
        assert reads_as_question(["memang", "syaratnya", "apa", "saja", "?"])
        assert reads_as_question(["bisa", "anonim", "tidak"])
        assert reads_as_question(["sekalian", "tanya", "jam", "buka"])
        for plaint in ("kapan cairnya ?", "kok bisa begitu ?", "kenapa dipersulit ?", "mau sampai kapan ?"):
            with self.subTest(plaint):
                assert is_plaint(plaint.split())
                assert not reads_as_question(plaint.split())


class BothTest(unittest.TestCase):
    """A model of a few topics and some reports of our own data."""

    model: IntentModel

    @classmethod
    def setUpClass(cls) -> None:
        wanted = {f"faq/{topic}" for topic in TOPICS}
        examples = [e for e in all_examples(DATA) if not e.label.startswith("faq/") or e.label in wanted]
        reports = [e for e in examples if e.label in REPORTS and len(e.text) < LONGEST_LEARNT][::4]
        others = [e for e in examples if e.label not in REPORTS]
        answers = {topic.code: topic.answer for topic in faq_topics(DATA) if topic.code in TOPICS}
        cls.model = train([*others, *reports], answers, load_lexicon(DATA / "lexicons"))

    def decide(self, text: str) -> Decision:
        return understood(self.model, text)

    def test_a_question_beside_a_report_gives_its_topic_in_either_order(self) -> None:
        for text in (
            f"{STORY}. btw lupa sandi myasn caranya gimana ya?",
            f"lupa sandi myasn caranya gimana min? {STORY}",
            f"{STORY}\nkalau lapor apakah identitas saya dirahasiakan?",
        ):
            with self.subTest(text):
                decision = self.decide(text)
                assert decision.intent in REPORTS
                assert decision.topic in {"myasn_sandi", "kerahasiaan_pelapor"}
                assert decision.ranking[0] == Guess(decision.intent, decision.confidence)

    def test_a_question_may_leave_its_subject_to_the_report(self) -> None:
        told = "cuti melahirkan saya ditolak kepala sekolah tanpa alasan"
        assert self.decide(f"{told}. aturannya gimana ya?").topic == "cuti_melahirkan"

    def test_what_is_one_of_the_two_stays_it(self) -> None:
        for text, route in (
            (f"{STORY}, kapan cairnya??", "lapor"),
            (f"{STORY}, kok bisa begitu?", "lapor"),
            (STORY, "lapor"),
            ("cara lapor pengaduan gimana min?", "faq"),
        ):
            with self.subTest(text):
                decision = self.decide(text)
                assert decision.intent == route
                assert (decision.topic is None) == (route == "lapor")

    def test_a_letter_and_what_has_no_words_are_decided_as_ever(self) -> None:
        for text in ("", "???\n???", f"{STORY}. " * (MOST_CHARACTERS // 40) + "cara lapornya gimana?"):
            with self.subTest(text[:9]):
                assert self.decide(text) == self.model.decide(text)

    def test_a_line_of_the_command_shows_route_and_topic(self) -> None:
        text = f"{STORY}. btw lupa sandi myasn caranya gimana ya?"
        row = described(text, self.decide(text))
        assert (row["route"], row["topic"], row["abstain"]) == ("complaint", "myasn_sandi", False)


class OutputTest(unittest.TestCase):
    def test_the_topic_of_a_report_is_an_entity(self) -> None:
        ranking = (Guess("lapor", 0.9), Guess("faq", 0.1, "karpeg"))
        output = parse_output(Decision("lapor", 0.9, "karpeg", ranking))
        assert output["intent"] == {"name": "lapor", "confidence": 0.9}
        [entity] = output["entities"]
        assert (entity["entity"], entity["value"], entity["extractor"]) == ("topik", "karpeg", "SigapNLU")
        assert "entities" not in parse_output(Decision("lapor", 0.9, None, ranking))

    def test_an_answer_to_what_may_be_a_report_offers_one(self) -> None:
        for share, action in ((0.25, "utter_faq_lapor/karpeg"), (0.1, "utter_faq/karpeg")):
            ranking = (Guess("faq", 0.7, "karpeg"), Guess("lapor", share))
            selected = parse_output(Decision("faq", 0.7, "karpeg", ranking))["response_selector"]["faq"]["response"]
            assert selected["utter_action"] == action
            assert selected["intent_response_key"] == "faq/karpeg"


class FollowUpTest(unittest.TestCase):
    def setUp(self) -> None:
        self.domain = Domain.load("tests/assistant/project/domain.yml")

    def tracker(self, *events: Event) -> DialogueStateTracker:
        return DialogueStateTracker.from_events("t", list(events), self.domain.slots)

    def answered(self, text: str = "umur berapa pensiun", topic: str = "pensiun_bup") -> list[Event]:
        return [UserUttered(text, {"name": "faq"}), BotUttered("...", metadata={"utter_action": f"utter_faq/{topic}"})]

    def understood(self, text: str, *events: Event, **parses: dict[str, Any]) -> dict[str, Any] | None:
        async def parse(asked: str) -> dict[str, Any]:
            return parses["alone" if asked == text else "together"]

        return asyncio.run(parse_follow_up(text, self.tracker(*events), parse))

    def test_short_messages_that_lean_on_what_was_said_are_known(self) -> None:
        for text in ("kalo pppk gimana", "terus biayanya", "klo utk janda?", "nah kalau guru?", "utk dosen"):
            assert opens_as_follow_up(text), text
        for text in ("biaya mutasi berapa", "", "terus kemarin saya disuruh bayar lagi sama petugasnya"):
            assert not opens_as_follow_up(text), text

    def test_the_question_before_is_the_last_whole_one(self) -> None:
        asked = self.answered()
        assert question_before(self.tracker(*asked)) == ("umur berapa pensiun", "pensiun_bup")
        later = [*asked, *self.answered("kalo guru?", "karpeg")]
        assert question_before(self.tracker(*later)) == ("umur berapa pensiun", "karpeg")

    def test_nothing_is_made_of_it_in_a_report_or_after_anything_else(self) -> None:
        assert question_before(self.tracker(*self.answered(), SlotSet("tahap", "draf"))) is None
        other = [UserUttered("halo", {"name": "sapa"}), BotUttered("Halo", metadata={"utter_action": "utter_sapa"})]
        assert question_before(self.tracker(*self.answered(), *other)) is None
        assert question_before(self.tracker()) is None

    def test_its_own_words_decide_first_and_then_both_questions(self) -> None:
        unsure = parse_output(Decision(FALLBACK, 0.6, None, (Guess("sapa", 0.3), Guess("faq", 0.2, "karpeg"))))
        sure = parse_output(Decision("faq", 0.8, "karpeg", (Guess("faq", 0.8, "karpeg"),)))
        same = parse_output(Decision("faq", 0.8, "pensiun_bup", (Guess("faq", 0.8, "pensiun_bup"),)))
        nothing = parse_output(Decision(FALLBACK, 1.0, None, ()))
        for alone, together, topic in ((unsure, same, "karpeg"), (nothing, sure, "karpeg"), (nothing, same, None)):
            parsed = self.understood("kalo hilang?", *self.answered(), alone=alone, together=together)
            assert (parsed and parsed["intent"]["full_retrieval_intent_name"]) == (topic and f"faq/{topic}")
            assert parsed is None or parsed["text"] == "kalo hilang?"

    def test_what_is_understood_alone_is_left_alone(self) -> None:
        report = parse_output(Decision("lapor", 0.8, None, (Guess("lapor", 0.8),)))
        assert self.understood("terus saya diperas", *self.answered(), alone=report, together=report) is None


if __name__ == "__main__":
    unittest.main()
