"""What was found for the effort, in words: rates with their intervals, or why there is none."""

from trucewatch.model import Expected, Rate, SideRates


def rate_rows(rates: SideRates, lines: int) -> tuple[tuple[str, str], ...]:
    """Return (label, words) for one side; the labels are the same for every side."""
    share = rates.watched_h / rates.possible_h if rates.possible_h else 0.0
    lost = f"; {rates.refused_h:.1f} observer-hours lost to refused access or a denied view" if rates.refused_h else ""
    covered = f"{rates.watched_h:.1f} of {rates.possible_h:.0f} hours of all that ground, {share:.1%}{lost}"
    return (
        ("its ground near the line", f"{rates.belt_km2:,.0f} km²" if rates.belt_km2 else "not known"),
        ("of that, watched for whole hours", covered),
        (
            "incidents of fire on its ground, near the line or not, watched or not",
            f"{rates.perceived}, with {share:.1%} of its ground and hours watched",
        ),
        ("of these, near the line and under watch", f"{rates.on_ground.count} in {rates.watched_h:.1f} hours"),
        ("rate on its ground, for the effort", rate_words(rates.on_ground)),
        ("rate of findings against it, for the effort on all sides' ground", rate_words(rates.by_side)),
        ("attributed to it, and in how many of these it was so by their probabilities", _right(rates)),
        (f"by it alone, of all incidents with {lines} lines of evidence or more", expected_words(rates.by_it)),
    )


def rate_words(rate: Rate) -> str:
    """Return '12.5 per 100 hours watched (95 %: 1.5 to 45.2), 2 incidents', or why there is no rate."""
    if rate.refusal:
        return rate.refusal
    counted = "1 incident" if rate.count == 1 else f"{rate.count} incidents"
    return f"{rate.per_100h:.1f} per 100 hours watched (95 %: {rate.low:.1f} to {rate.high:.1f}), {counted}"


def expected_words(expected: Expected) -> str:
    """Return '3.8 of 4 (95 %: 3 to 4)'."""
    if not expected.among:
        return "no such incident"
    return f"{expected.mean:.1f} of {expected.among} (95 %: {expected.low} to {expected.high})"


def _right(rates: SideRates) -> str:
    return expected_words(rates.right) if rates.attributed else "none attributed"
