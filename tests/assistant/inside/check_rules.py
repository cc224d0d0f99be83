# ruff: noqa: PT027 - pytest is not in the assistant environment
"""The importer, the graph component and the policy, trained on the small project; run by test_inside.py."""

from __future__ import annotations

import logging
import random
import tempfile
import unittest
import warnings
from pathlib import Path
from typing import Any

warnings.simplefilter("ignore")

import structlog  # noqa: E402
from rasa.core.policies.policy import InvalidPolicyConfig  # noqa: E402
from rasa.core.policies.rule_policy import RulePolicy  # noqa: E402
from rasa.engine.exceptions import GraphRunError  # noqa: E402
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode  # noqa: E402
from rasa.engine.runner.dask import DaskGraphRunner  # noqa: E402
from rasa.engine.storage.local_model_storage import LocalModelStorage  # noqa: E402
from rasa.engine.storage.resource import Resource  # noqa: E402
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered  # noqa: E402
from rasa.shared.core.generator import TrainingDataGenerator  # noqa: E402
from rasa.shared.core.trackers import DialogueStateTracker  # noqa: E402
from rasa.shared.importers.importer import TrainingDataImporter  # noqa: E402
from rasa.shared.nlu.training_data.message import Message  # noqa: E402

from assistant.model import Thresholds  # noqa: E402
from assistant.nlu import SigapNLU  # noqa: E402
from assistant.policy import TABLE, StagePolicy  # noqa: E402
from assistant.runner import DirectRunner  # noqa: E402

PROJECT = Path("tests/assistant/project")
LISTEN = "action_listen"
logging.disable(logging.INFO)
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def importer() -> TrainingDataImporter:
    return TrainingDataImporter.load_from_config(
        str(PROJECT / "config.yml"), str(PROJECT / "domain.yml"), [str(PROJECT / "nlu_data")]
    )


def context() -> ExecutionContext:
    return ExecutionContext(GraphSchema({}), "test")


class Trained(unittest.TestCase):
    """Domain, rules and a trained policy, once for all tests of a class."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.storage = LocalModelStorage.create(Path(cls.folder.name))
        cls.importer = importer()
        cls.domain = cls.importer.get_domain()
        generator = TrainingDataGenerator(cls.importer.get_stories(), cls.domain, augmentation_factor=0)
        cls.rules = generator.generate()
        cls.catch_all = cls.importer.get_config()["policies"][0]["catch_all"]
        cls.policy = cls.train({})

    @classmethod
    def train(cls, catch_all: dict[str, Any], name: str = "policy") -> StagePolicy:
        config = {**StagePolicy.get_default_config(), "core_fallback_threshold": 0.4, "restrict_rules": False}
        policy = StagePolicy.create(config | {"catch_all": catch_all}, cls.storage, Resource(name), context())
        policy.train(cls.rules, cls.domain)
        return policy

    def tracker(self, *events: Event) -> DialogueStateTracker:
        return DialogueStateTracker.from_events("t", [ActionExecuted(LISTEN), *events], self.domain.slots)

    def next(self, policy: RulePolicy, tracker: DialogueStateTracker) -> str:
        prediction = policy.predict_action_probabilities(tracker, self.domain)
        return str(self.domain.action_names_or_texts[prediction.max_confidence_index])

    def turn(
        self, policy: RulePolicy, tracker: DialogueStateTracker, effects: dict[str, Any] | None = None
    ) -> list[str]:
        """Run one turn as Rasa's processor would; `effects` are slot values an action sets."""
        done: list[str] = []
        while not done or done[-1] != LISTEN:
            prediction = policy.predict_action_probabilities(tracker, self.domain)
            action = str(self.domain.action_names_or_texts[prediction.max_confidence_index])
            tracker.update(ActionExecuted(action, metadata=prediction.action_metadata), self.domain)
            if effects and action in effects:
                tracker.update(SlotSet("tahap", effects[action]), self.domain)
            done.append(action)
            assert len(done) < 8
        return done


def said(intent: str, confidence: float = 1.0, text: str = "x") -> UserUttered:
    return UserUttered(text, {"name": intent, "confidence": confidence})


class ImporterTest(Trained):
    def test_questions_and_reports_are_examples_beside_rasas_own(self) -> None:
        intents = {m.get_full_intent() for m in self.importer.get_nlu_data().intent_examples}
        assert {"sapa", "faq/karpeg", "lapor", "aspirasi", "minta_informasi"} <= intents

    def test_every_topic_has_a_response_and_faq_is_a_retrieval_intent(self) -> None:
        assert "utter_faq/pensiun_bup" in self.domain.responses
        assert self.domain.intent_properties["faq"]["is_retrieval_intent"]
        assert "utter_faq" in self.domain.action_names_or_texts


class ComponentTest(Trained):
    def test_it_trains_stores_loads_and_speaks_as_rasas_chain_would(self) -> None:
        config = {**SigapNLU.get_default_config(), "lexicons": str(PROJECT / "nlu_data/lexicons")}
        resource = Resource("nlu")
        SigapNLU.create(config, self.storage, resource, context()).train(self.importer.get_nlu_data())
        component = SigapNLU.load(config, self.storage, resource, context())
        [message] = component.process([Message({"text": "cara unduh kartu pegawai"})])
        output = message.as_dict(only_output_properties=True)
        assert output["intent"]["name"] == "faq"
        assert output["intent_ranking"][0] == output["intent"]
        chosen = output["response_selector"]["faq"]["response"]
        assert chosen["utter_action"] == "utter_faq/karpeg"
        assert "faq" in output["response_selector"]["all_retrieval_intents"]
        [empty] = component.process([Message({"text": ""})])
        assert empty.get("intent")["name"] == "nlu_fallback"
        component._model.thresholds = Thresholds(1.0, 1.0, 1.0)
        [unsure] = component.process([Message({"text": "halo, kartu pegawai"})])
        assert unsure.get("intent_ranking")[0]["name"] == "nlu_fallback"
        assert len(unsure.get("intent_ranking")) >= 3


class PolicyTest(Trained):
    def test_one_turn_rules_are_in_the_table_and_others_are_not(self) -> None:
        table = self.policy.lookup[TABLE]
        assert table["*"]["sapa"] == ["utter_sapa", LISTEN]
        assert table["tinjau"]["faq"] == ["utter_faq", "action_lanjut", LISTEN]
        for intents in table.values():
            assert not {"berubah", "bertahap"} & set(intents)

    def test_a_stored_policy_keeps_its_table(self) -> None:
        loaded = StagePolicy.load(self.policy.config, self.storage, Resource("policy"), context())
        assert loaded.lookup[TABLE] == self.policy.lookup[TABLE]

    def test_wherever_rulepolicy_knows_a_rule_the_answer_is_the_same(self) -> None:
        """Random conversations of up to 30 turns; slots change between turns as actions would change them."""
        random_ = random.Random(7)
        intents = ["sapa", "faq", "lapor", "setuju", "batal", "berubah", "bertahap", "kirim", "di_luar_topik"]
        compared = 0
        for _ in range(25):
            tracker = self.tracker()
            for _ in range(random_.randrange(5, 30)):
                tracker.update(SlotSet("tahap", random_.choice([None, "draf", "tinjau"])), self.domain)
                tracker.update(SlotSet("lain", random_.choice([None, True])), self.domain)
                tracker.update(said(random_.choice(intents)), self.domain)
                for _ in range(5):
                    expected, source = self.policy._predict(tracker, self.domain)
                    actual = self.policy.predict_action_probabilities(tracker, self.domain)
                    if source in self.policy.lookup["rules"]:
                        compared += 1
                        assert expected.max_confidence_index == actual.max_confidence_index
                    action = self.domain.action_names_or_texts[actual.max_confidence_index]
                    tracker.update(ActionExecuted(action, metadata=actual.action_metadata), self.domain)
                    if action == LISTEN:
                        break
        assert compared > 500

    def test_a_rule_goes_on_when_its_action_changes_the_stage(self) -> None:
        done = self.turn(self.policy, self.tracker(said("lapor")), {"action_tulis": "draf"})
        assert done == ["action_tulis", LISTEN]
        done = self.turn(self.policy, self.tracker(SlotSet("tahap", "tinjau"), said("faq")), {"utter_faq": None})
        assert done == ["utter_faq", "action_lanjut", LISTEN]

    def test_what_no_rule_covers_is_the_fallbacks(self) -> None:
        assert self.next(self.policy, self.tracker(said("tidak_dikenal"))) == "action_default_fallback"

    def test_rasas_own_intents_keep_their_meaning(self) -> None:
        assert self.next(self.policy, self.tracker(said("restart"))) == "action_restart"

    def test_an_action_without_a_rule_is_followed_by_listening(self) -> None:
        tracker = self.tracker(said("sapa"), ActionExecuted("action_lampiran"))
        assert self.next(self.policy, tracker) == LISTEN

    def test_an_active_form_is_left_to_rulepolicy(self) -> None:
        tracker = self.tracker(said("sapa"), ActiveLoop("form"))
        assert self.policy._plan(tracker) is None


class CatchAllTest(Trained):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.policy = cls.train(cls.catch_all, "catching")

    def first(self, message: UserUttered, stage: str | None = "draf") -> str:
        events = [SlotSet("tahap", stage)] if stage else []
        return self.next(self.policy, self.tracker(*events, message))

    def test_in_its_stage_everything_goes_to_the_action(self) -> None:
        for intent in ("sapa", "lapor", "setuju", "nlu_fallback", "berubah"):
            with self.subTest(intent):
                assert self.first(said(intent)) == "action_tulis"

    def test_the_turn_ends_after_it(self) -> None:
        tracker = self.tracker(SlotSet("tahap", "draf"), said("sapa"))
        assert self.turn(self.policy, tracker, {"action_tulis": "tinjau"}) == ["action_tulis", LISTEN]

    def test_kept_intents_are_the_rules(self) -> None:
        assert self.first(said("batal", 0.1)) == "action_batal"

    def test_a_kept_intent_may_need_confidence(self) -> None:
        assert self.first(said("faq", 0.9)) == "utter_faq"
        assert self.first(said("faq", 0.4)) == "action_tulis"

    def test_a_button_is_the_rules(self) -> None:
        assert self.first(said("kirim", text="/kirim")) == "action_kirim"

    def test_other_stages_are_not_touched(self) -> None:
        assert self.first(said("setuju"), "tinjau") == "utter_setuju_tinjau"
        assert self.first(said("sapa"), None) == "utter_sapa"

    def test_a_misspelt_name_stops_training(self) -> None:
        wrong = {"draft": {"action": "action_tulsi", "keep": ["btal"]}}
        with self.assertRaisesRegex(InvalidPolicyConfig, "draft.*action_tulsi.*btal"):
            self.train(wrong, "wrong")


class Given(GraphComponent):
    """A node for the runner: adds what it is given, and what its config says."""

    def __init__(self, plus: int) -> None:
        self._plus = plus

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: Any, resource: Any, execution_context: Any) -> Given:
        return cls(config["plus"])

    def add(self, left: int, right: int = 0) -> int:
        return left + right + self._plus


class RunnerTest(unittest.TestCase):
    def schema(self) -> GraphSchema:
        def node(plus: int, target: bool = False, **needs: str) -> SchemaNode:
            return SchemaNode(needs, Given, "create", "add", {"plus": plus}, eager=True, is_target=target)

        return GraphSchema(
            {
                "last": node(100, True, left="second", right="first"),
                "second": node(10, left="first"),
                "first": node(1, left="__given__"),
                "beside": node(5, True, left="__given__"),
            }
        )

    def test_it_gives_what_dask_gives(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            storage = LocalModelStorage.create(Path(folder))
            dask = DaskGraphRunner.create(self.schema(), storage, context())
        direct = DirectRunner(dask)
        for targets in (None, ["last"], ["second", "beside"]):
            given = {"__given__": 7}
            assert direct.run(given, targets) == dask.run(given, targets)

    def test_a_missing_input_is_an_error(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            direct = DirectRunner.create(self.schema(), LocalModelStorage.create(Path(folder)), context())
        with self.assertRaises(GraphRunError):
            direct.run({}, ["last"])


if __name__ == "__main__":
    unittest.main()
