"""Words are complete: every outcome has a meaning in both languages, every phase a timeout where one can strike."""

from wxkf_cli.vocab import sources
from wxkf_cli.vocab.outcomes import MEANING, NEVER_CONNECTED, TIMEOUT_IN_PHASE, Outcome, Phase
from wxkf_cli.vocab.terms import Language


def test_every_outcome_has_a_meaning_in_both_languages() -> None:
    assert set(MEANING) == set(Outcome)
    for meaning in MEANING.values():
        assert meaning.said_in(Language.EN).isascii()
        assert not meaning.said_in(Language.ZH).isascii()


def test_outcomes_fall_into_families() -> None:
    assert {outcome.family for outcome in Outcome} == {
        *("ok", "http", "limit", "timeout", "net", "tls", "local", "function")
    }


def test_a_deadline_strikes_in_every_phase_on_the_wire() -> None:
    assert set(TIMEOUT_IN_PHASE) == set(Phase) - {Phase.DECODE, Phase.LOCAL}
    assert {outcome.family for outcome in TIMEOUT_IN_PHASE.values()} == {"timeout"}


def test_without_a_connection_nothing_was_answered() -> None:
    assert {outcome.family for outcome in NEVER_CONNECTED} == {"net", "timeout", "tls"}
    assert {outcome for outcome in Outcome if outcome.family == "tls"} <= NEVER_CONNECTED


def test_sources_are_public_pages() -> None:
    addresses = [value for name, value in vars(sources).items() if name.isupper() and not name.startswith("_")]
    assert addresses
    assert all(address.startswith("https://") for address in addresses)
