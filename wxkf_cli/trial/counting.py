"""Findings about a run as a whole are chosen, counted and told of like those about one answer."""

from collections import Counter

from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.selection import Selection, unused
from wxkf_cli.report.event import Found, Listener, Summary
from wxkf_cli.trial.notes import unused_ignore


def demand(
    summary: Summary, selection: Selection, used: Counter[int], problem: Finding, *, is_met: bool
) -> Finding | None:
    """Count a demand on a run, which a rule stands for; returns the finding where it is not met, and counts.

    Args:
        summary: The figures to count it in.
        selection: Which findings count.
        used: How often each ignore was used, to go on counting.
        problem: What is found where it is not met.
        is_met: Whether it is.
    """
    ignoring = [place for place, each in enumerate(selection.ignores) if problem.code in each.codes and not each.files]
    for place in ignoring:
        used[place] += not is_met
    if ignoring or not selection.is_selected(problem.code):
        return None
    summary.checks += 1
    if is_met:
        return None
    finding = selection.weighed(problem)
    summary.failed += selection.fails(finding.severity)
    summary.severities[finding.severity] += 1
    return finding


def note(summary: Summary, selection: Selection, used: Counter[int], finding: Finding, tell: Listener) -> None:
    """Tell of something about a run, which is no check unless it fails."""
    checks = summary.checks
    seen = demand(summary, selection, used, finding, is_met=False)
    if seen is None:
        return
    if not selection.fails(seen.severity):
        summary.checks = checks
    tell(Found(seen))


def note_unused(summary: Summary, selection: Selection, used: Counter[int], tell: Listener, *, in_files: bool) -> None:
    """Tell of the ignores of the settings that left nothing out, though they might have.

    One that is there for this very finding is looked at last, since it may be used now.
    """
    if not summary.checks:
        return
    for ignore in unused(selection, used, in_files=in_files):
        note(summary, selection, used, unused_ignore(ignore), tell)
