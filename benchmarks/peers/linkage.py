"""Splink 5 (Fellegi-Sunter, EM without labels, DuckDB), distances and times compared in units of the stated errors.

Levels at 1, 2 and 3 sigma of both rows together, beside the phenomenon's word; a probability threshold and connected
components make the incidents. Blocking takes every pair within half a day and 30 km. Whether rows of one source may be
linked is a setting, and so is the threshold; the best on the development seeds is what the untouched ones see.
"""

import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from benchmarks.peers.rows import Rows

SIGMAS = (1.0, 2.0, 3.0)
PLACE_KM, TIME_S = (0.5, 2.0, 1e3), (60.0, 600.0, 1e6)  # sharp, middling and vague pairs
SPREAD_KM2, DURATION_S2 = 0.2**2, 30.0**2  # the extent of one happening, as the product takes it
BLOCK_S = 43_200
NEAR_KM = 30.0
SAMPLED_PAIRS = 2e6
RECALL = 0.5  # of rows within one sigma in place and time among all true pairs: 0.39 x 0.68 and some; a guess
CELL_KM = 10.0


@dataclass(frozen=True, slots=True)
class Setting:
    """The least probability of a link, and whether rows of one source may be linked."""

    threshold: float
    one_source: bool

    def __str__(self) -> str:
        return f"links at {self.threshold:g}, " + ("any rows" if self.one_source else "rows of different sources only")


TRIED = (
    *(Setting(threshold, one_source=True) for threshold in (0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)),
    *(Setting(threshold, one_source=False) for threshold in (0.3, 0.5, 0.7, 0.9)),
)


def _squared(one: str, two: str) -> tuple[str, str]:
    """Return SQL for the squared sigmas of two rows apart, in place and in time; both arguments frame a column."""

    def of(column: str) -> tuple[str, str]:
        return one.format(column), two.format(column)

    def added(column: str, more: float) -> str:
        return f"({' + '.join(of(column))} + {more})"

    a, b, c = added("var_e", SPREAD_KM2), added("var_n", SPREAD_KM2), added("cov", 0.0)
    x, y, t = (f"({' - '.join(of(column))})" for column in ("east", "north", "t"))
    s, u = of("t_sd")
    place = f"({b} * {x} * {x} - 2 * {c} * {x} * {y} + {a} * {y} * {y}) / ({a} * {b} - {c} * {c})"
    return place, f"{t} * {t} / ({s} * {s} + {u} * {u} + {DURATION_S2})"


def cluster_all(rows: Rows, settings: Sequence[Setting]) -> dict[Setting, list[int]]:
    """Return the clusters of each setting; the model is trained once for rows of one source linked or not."""
    return {
        setting: labels
        for one_source in dict.fromkeys(s.one_source for s in settings)
        for setting, labels in _clusters(rows, [s for s in settings if s.one_source is one_source]).items()
    }


def cluster(rows: Rows, setting: Setting) -> list[int]:
    """Return the cluster of each row."""
    return cluster_all(rows, [setting])[setting]


def _frame(rows: Rows) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "unique_id": range(len(rows.time)),
            "said_by": rows.source,
            "phenomenon": [word or None for word in rows.phenomenon],
            "t": rows.time - rows.time.min(),
            "t_sd": rows.time_sd,
            "east": rows.east,
            "north": rows.north,
            "var_e": rows.var_e,
            "var_n": rows.var_n,
            "cov": rows.cov,
            "cell": [f"{e:.0f} {n:.0f}" for e, n in zip(rows.east // CELL_KM, rows.north // CELL_KM, strict=True)],
            "hour": (rows.time // 3600).astype(int),
            "half_day": (rows.time // BLOCK_S).astype(int),
            "other_half_day": ((rows.time + BLOCK_S / 2) // BLOCK_S).astype(int),
        }
    )


def _levels(name: str, squared: str, sharpness: str, classes: Sequence[float]) -> dict[str, object]:
    """Return levels by sigmas, for sharp and for vague pairs: one sigma of an hour is not one sigma of a minute."""
    levels = [
        {"sql_condition": f"{sharpness} <= {sd * sd} and {squared} <= {s * s}", "label_for_charts": f"{s:g} of {sd:g}"}
        for sd in classes
        for s in SIGMAS
    ]
    absent = {"sql_condition": "t_l IS NULL OR t_r IS NULL", "label_for_charts": "absent", "is_null_level": True}
    other = {"sql_condition": "ELSE", "label_for_charts": "farther"}
    return {"output_column_name": name, "comparison_levels": [absent, *levels, other]}


def _clusters(rows: Rows, settings: Sequence[Setting]) -> dict[Setting, list[int]]:
    import splink.comparison_library as compare
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    from splink.blocking_rule_library import CustomRule

    logging.getLogger("splink").setLevel(logging.ERROR)
    near = f"abs(l.east - r.east) < {NEAR_KM} and abs(l.north - r.north) < {NEAR_KM}"
    apart = "" if settings[0].one_source else " and l.said_by <> r.said_by"
    rules = [CustomRule(f"l.{block} = r.{block} and {near}{apart}") for block in ("half_day", "other_half_day")]
    place, time = _squared("{}_l", "{}_r")
    sure = " and ".join(f"{squared} <= 1" for squared in _squared("l.{}", "r.{}"))
    model = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            _levels(
                "place",
                place,
                "sqrt(greatest((var_e_l + var_e_r) * (var_n_l + var_n_r) - (cov_l + cov_r) * (cov_l + cov_r), 1e-9))",
                PLACE_KM,
            ),
            _levels("time", time, "(t_sd_l * t_sd_l + t_sd_r * t_sd_r)", TIME_S),
            compare.ExactMatch("phenomenon"),
        ],
        blocking_rules_to_generate_predictions=rules,
        retain_matching_columns=False,
        additional_columns_to_retain=[],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        database = DuckDBAPI()
        linker = Linker(database.register(_frame(rows)), model, log_level=logging.ERROR)
        known = CustomRule(f"l.half_day = r.half_day and {sure}")
        linker.training.estimate_probability_two_random_records_match([known], recall=RECALL)
        linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLED_PAIRS, seed=1)
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("hour", "cell"))
        predictions = linker.inference.predict(threshold_match_probability=min(s.threshold for s in settings))
        return {s: _labels(linker, predictions, s.threshold, len(rows.time)) for s in settings}


def _labels(linker: object, predictions: object, threshold: float, size: int) -> list[int]:
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(  # type: ignore[attr-defined]
        predictions, threshold_match_probability=threshold
    )
    table = clusters.as_pandas_dataframe()
    by_id = dict(zip(table["unique_id"].tolist(), table["cluster_id"].tolist(), strict=True))
    return [by_id[n] for n in range(size)]
