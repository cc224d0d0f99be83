"""Rules looked up in a table instead of searched for.

Rasa's RulePolicy builds the states of the whole conversation and compares every rule with them, twice a turn.
Most rules need none of it: "this intent (in this stage) -> these actions -> listen". Those are compiled to a table
when training; everything else (forms, rules with other conditions or several turns, default actions) is left to
RulePolicy. Every table entry is checked against RulePolicy's own answer when it is made, and left out if they differ.

Two things are added to rules, both set in config.yml:

* `catch_all`: in a stage, every free text goes to one action, except intents listed under `keep`;
* an action that no rule follows is followed by listening, not by the fallback.
"""

from __future__ import annotations

import logging
from typing import Any

from rasa.core.policies.policy import InvalidPolicyConfig, PolicyPrediction, confidence_scores_for
from rasa.core.policies.rule_policy import DEFAULT_ACTION_MAPPINGS, RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.constants import ACTION_LISTEN_NAME, RULE_SNIPPET_ACTION_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    Event,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.slots import CategoricalSlot
from rasa.shared.core.trackers import DialogueStateTracker

logger = logging.getLogger(__name__)

TABLE = "sigap_table"
PLAN = "sigap_plan"  # metadata of an executed action: what is still to be done in this turn
_ANY = "*"
_UNSET = "-"
_FRAME = (RULE_SNIPPET_ACTION_NAME, ACTION_LISTEN_NAME)
_UNDOING = (ActionExecutionRejected, ActionReverted, UserUtteranceReverted, ActiveLoop)

Table = dict[str, dict[str, list[str]]]  # stage ("*": any, "-": unset) -> intent -> actions


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class StagePolicy(RulePolicy):  # type: ignore[misc]
    """RulePolicy with a table in front of it and a catch-all for stages."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """RulePolicy's settings and ours.

        `stage_slot` names the slot whose value is the stage. `catch_all` is
        `{<stage>: {action: <name>, keep: [<intent> or {<intent>: <least confidence>}, ...]}}`.
        """
        return {**RulePolicy.get_default_config(), "stage_slot": "tahap", "catch_all": {}}

    # -- training -------------------------------------------------------------------------------------------------

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Train RulePolicy, then compile what the table can answer.

        Raises:
            InvalidPolicyConfig: `catch_all` names an unknown action, intent or stage.
        """
        self._check_catch_all(domain)
        super().train(training_trackers, domain, **kwargs)
        rules = [tracker for tracker in training_trackers if tracker.is_rule_tracker]
        self.lookup[TABLE] = self._agreeing(compile_table(rules, self.config["stage_slot"]), domain)
        self.persist()
        return self._resource

    def _check_catch_all(self, domain: Domain) -> None:
        stages = next((slot for slot in domain.slots if slot.name == self.config["stage_slot"]), None)
        faults: list[str] = []
        for stage, rule in self.config["catch_all"].items():
            if isinstance(stages, CategoricalSlot) and stage.lower() not in map(str.lower, stages.values):
                faults.append(f"{stage}: not a value of the slot {stages.name}")
            if rule["action"] not in domain.action_names_or_texts:
                faults.append(f"{stage}: the action {rule['action']} is not in the domain")
            faults += [
                f"{stage}: the intent {name} is not in the domain" for name in _kept(rule) if name not in domain.intents
            ]
        if faults:
            raise InvalidPolicyConfig("catch_all in config.yml: " + "; ".join(faults))

    def _agreeing(self, table: Table, domain: Domain) -> Table:
        """The entries on which RulePolicy says the same; an intent with any other entry is left to it altogether."""
        differing = {
            intent
            for stage, intents in table.items()
            for intent, actions in intents.items()
            if self._predicted(self._stage_to_try(stage, intent, table, domain), intent, domain) != actions[0]
        }
        if differing:
            logger.debug("left to RulePolicy: %s", ", ".join(sorted(differing)))
        return {
            stage: {intent: actions for intent, actions in intents.items() if intent not in differing}
            for stage, intents in table.items()
        }

    def _stage_to_try(self, stage: str, intent: str, table: Table, domain: Domain) -> str:
        """For a rule of any stage: one that has no rule of its own for the intent."""
        if stage != _ANY:
            return stage
        slot = next((s for s in domain.slots if s.name == self.config["stage_slot"]), None)
        stages = [_UNSET, *(map(str.lower, slot.values) if isinstance(slot, CategoricalSlot) else ())]
        return next((s for s in stages if intent not in table.get(s, {})), _UNSET)

    def _predicted(self, stage: str, intent: str, domain: Domain) -> str:
        prediction, _ = self._predict(self._situation(stage, intent, domain), domain)
        return str(domain.action_names_or_texts[prediction.max_confidence_index])

    def _situation(self, stage: str, intent: str, domain: Domain) -> DialogueStateTracker:
        """A conversation in a stage in which somebody just said something."""
        events: list[Event] = [ActionExecuted(ACTION_LISTEN_NAME), UserUttered("", {"name": "mid"})]
        if stage != _UNSET:
            events.append(SlotSet(self.config["stage_slot"], stage))
        events += [ActionExecuted(ACTION_LISTEN_NAME), UserUttered("", {"name": intent, "confidence": 1.0})]
        return DialogueStateTracker.from_events("check", events, domain.slots)

    # -- prediction -----------------------------------------------------------------------------------------------

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """The next action: from this turn's plan, the catch-all, the table, or RulePolicy."""
        plan = self._plan(tracker)
        if plan:
            return self._certain(plan, domain)
        prediction = super().predict_action_probabilities(tracker, domain, rule_only_data, **kwargs)
        if tracker.latest_action_name not in (None, ACTION_LISTEN_NAME) and self._is_fallback(prediction, domain):
            return self._certain([ACTION_LISTEN_NAME], domain)
        return prediction

    def _is_fallback(self, prediction: PolicyPrediction, domain: Domain) -> bool:
        return bool(
            prediction.max_confidence == 0.0
            or (
                prediction.max_confidence == self.config["core_fallback_threshold"]
                and prediction.max_confidence_index == domain.index_for_action(self._fallback_action_name)
            )
        )

    def _certain(self, plan: list[str], domain: Domain) -> PolicyPrediction:
        return PolicyPrediction(
            confidence_scores_for(plan[0], 1.0, domain),
            self.__class__.__name__,
            self.priority,
            action_metadata={PLAN: plan[1:]} if len(plan) > 1 else None,
        )

    def _plan(self, tracker: DialogueStateTracker) -> list[str] | None:
        """Actions to come in this turn, the next one first; None when RulePolicy has to think."""
        if tracker.active_loop_name:
            return None
        for event in reversed(tracker.events):
            if isinstance(event, ActionExecuted):
                return (event.metadata or {}).get(PLAN)
            if isinstance(event, UserUttered):
                return self._start(tracker, event)
            if isinstance(event, _UNDOING):
                return None
        return None

    def _start(self, tracker: DialogueStateTracker, message: UserUttered) -> list[str] | None:
        intent = message.intent_name
        if intent is None or intent in DEFAULT_ACTION_MAPPINGS:
            return None
        value = tracker.get_slot(self.config["stage_slot"]) if self.config["stage_slot"] in tracker.slots else None
        stage = str(value).lower() if value is not None else _UNSET
        if action := self._caught(stage, intent, message):
            return [action, ACTION_LISTEN_NAME]
        table: Table = self.lookup.get(TABLE, {})
        return table.get(stage, {}).get(intent) or table.get(_ANY, {}).get(intent)

    def _caught(self, stage: str, intent: str, message: UserUttered) -> str | None:
        """The catch-all's action, unless a button was pressed or the intent is one that rules decide."""
        rule = next((r for s, r in self.config["catch_all"].items() if s.lower() == stage), None)
        if rule is None or (message.text or "").startswith("/"):
            return None
        least = _kept(rule).get(intent)
        confident = least is not None and float(message.intent.get("confidence") or 0.0) >= least
        return None if confident else str(rule["action"])


def _kept(rule: dict[str, Any]) -> dict[str, float]:
    """Intents that rules decide in a catch-all stage, with the least confidence each needs."""
    kept: dict[str, float] = {}
    for item in rule.get("keep", ()):
        kept.update(item if isinstance(item, dict) else {item: 0.0})
    return kept


def compile_table(rules: list[TrackerWithCachedStates], slot: str) -> Table:
    """The rules that are one turn long and depend on nothing but the intent and perhaps the stage.

    An intent that also occurs in a rule of another shape is left out altogether, for that rule may win.

    Args:
        rules: trackers made from rules.
        slot: name of the slot that holds the stage.
    """
    table: Table = {}
    reserved: set[str] = set()
    starters: set[str] = set()  # actions that begin a rule of their own
    for rule in rules:
        parsed = _one_turn(list(rule.events), slot)
        if parsed is None:
            reserved |= {str(e.intent_name) for e in rule.events if isinstance(e, UserUttered)}
            starters |= _first_actions(list(rule.events))
            continue
        stage, intent, actions = parsed
        if table.setdefault(stage, {}).setdefault(intent, actions) != actions:
            reserved.add(intent)
    return {
        stage: {i: a for i, a in intents.items() if i not in reserved and not starters & set(a)}
        for stage, intents in table.items()
    }


def _first_actions(events: list[Event]) -> set[str]:
    """The action a rule begins with, when it does not begin with something said."""
    for event in events:
        if isinstance(event, UserUttered):
            return set()
        if isinstance(event, ActionExecuted) and event.action_name not in _FRAME:
            return {str(event.action_name)}
    return set()


def _one_turn(events: list[Event], slot: str) -> tuple[str, str, list[str]] | None:
    """Stage, intent and actions (ending with listening) of a rule of the simple shape; None for any other."""
    said = [i for i, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(said) != 1 or not any(_is_action(event, RULE_SNIPPET_ACTION_NAME) for event in events[: said[0]]):
        return None  # several turns, none, or bound to the start of the conversation
    message = events[said[0]]
    stage = _condition(events[: said[0]], slot)
    actions = _actions(events[said[0] + 1 :])
    if stage is None or actions is None or message.entities or not message.intent_name:
        return None
    return stage, str(message.intent_name), actions


def _condition(events: list[Event], slot: str) -> str | None:
    """The stage a rule asks for; None when it asks for something else (a loop, another slot)."""
    stage = _ANY
    for event in events:
        if isinstance(event, SlotSet) and event.key == slot:
            stage = str(event.value).lower() if event.value is not None else _UNSET
        elif not (isinstance(event, ActionExecuted) and event.action_name in _FRAME):
            return None
    return stage


def _actions(events: list[Event]) -> list[str] | None:
    """A run of actions up to listening; None when anything but slots and the rule's end mark is beside it."""
    if any(not isinstance(event, ActionExecuted | SlotSet) for event in events):
        return None
    names = [str(event.action_name) for event in events if isinstance(event, ActionExecuted)]
    if not names or names[0] == ACTION_LISTEN_NAME or ACTION_LISTEN_NAME not in names:
        return None
    end = names.index(ACTION_LISTEN_NAME) + 1
    return names[:end] if set(names[end:]) <= {RULE_SNIPPET_ACTION_NAME} and "None" not in names else None


def _is_action(event: Event, name: str) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == name
