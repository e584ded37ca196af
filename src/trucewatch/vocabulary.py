"""The controlled vocabularies, standard library only.

The words are those of the field: the OSCE SMM's daily reports and annex tables, SLMM, CTSAMVM and
others, as gathered in the project's field-practice study §1.2. A word that is not here is kept as it
was written (`model.Coded`), never mapped to the nearest one.
"""

from enum import StrEnum


class SourceClass(StrEnum):
    """What kind of source spoke: its errors and its interests depend on it."""

    OBSERVER = "observer"
    CAMERA = "camera"
    ACOUSTIC = "acoustic"
    SEISMIC = "seismic"
    RADAR = "radar"
    DRONE = "drone"
    SATELLITE = "satellite"
    PARTY = "party"
    NOTIFICATION = "notification"
    MEDIA = "media"
    INTERLOCUTOR = "interlocutor"


# who watches over a time and is not only told of it
ATTENTIVE = frozenset(
    {SourceClass.OBSERVER, SourceClass.CAMERA, SourceClass.ACOUSTIC, SourceClass.SEISMIC, SourceClass.DRONE}
)
# what perceives by senses or sensors; every other source passes on words. A radar sees shells in its sector, and no
# small arms: that it shows nothing is no watch over a time
PERCEIVING = ATTENTIVE | {SourceClass.RADAR, SourceClass.SATELLITE}


class Means(StrEnum):
    """How it was perceived; decides range, error and what could have been missed."""

    HEARD = "heard"
    SAW = "saw"
    RECORDED_CAMERA = "recorded_camera"
    MINI_UAV = "mini_uav"
    MID_RANGE_UAV = "mid_range_uav"
    LONG_RANGE_UAV = "long_range_uav"
    SATELLITE = "satellite"
    ACOUSTIC = "acoustic"
    SEISMIC = "seismic"
    RADAR = "radar"
    FOOTAGE_REVIEWED_LATER = "footage_reviewed_later"
    TOLD_BY_INTERLOCUTOR = "told_by_interlocutor"
    PARTY_REPORT = "party_report"
    MEDIA = "media"


class Phenomenon(StrEnum):
    """What was perceived. The missions count phenomena, not rounds: seven rounds may be fourteen explosions."""

    EXPLOSION = "explosion"
    BURST = "burst"
    SHOT = "shot"
    PROJECTILE_IN_FLIGHT = "projectile_in_flight"
    AIRBURST = "airburst"
    IMPACT = "impact"
    MUZZLE_FLASH = "muzzle_flash"
    OVERHEAD_BULLETS = "overhead_bullets"
    EXCHANGE_OF_FIRE = "exchange_of_fire"
    HOT_SPOT = "hot_spot"
    WEAPON_SEEN = "weapon_seen"
    ANNOUNCED_TRAINING = "announced_training"
    ANNOUNCED_DEMINING = "announced_demining"
    ANNOUNCED_QUARRY = "announced_quarry"
    MOVEMENT_RESTRICTED = "movement_restricted"
    QUIET = "quiet"
    FORCES_NOT_WITHDRAWN = "forces_not_withdrawn"
    ZONE_ENTERED = "entry_into_the_zone"
    LINE_CROSSED = "line_crossed"
    TRANSPORT_OF_ARMS = "transport_of_arms"
    DRONE_OVERFLIGHT = "drone_overflight"


# of which an incident is no incident of fire: in no count, rate or trend of it, and joined to none
MATTERS = frozenset(
    {
        Phenomenon.FORCES_NOT_WITHDRAWN,
        Phenomenon.ZONE_ENTERED,
        Phenomenon.LINE_CROSSED,
        Phenomenon.TRANSPORT_OF_ARMS,
        Phenomenon.DRONE_OVERFLIGHT,
    }
)


class Direction(StrEnum):
    """Whether the firing or the arrival of a round was perceived."""

    OUTGOING = "outgoing"
    IMPACT = "impact"
    OUTGOING_AND_IMPACT = "outgoing_and_impact"
    AIRBURST = "airburst"
    UNDETERMINED = "undetermined"


class End(StrEnum):
    """Which place of an incident is published: one end of the fire, or that of which nobody can tell the end."""

    ORIGIN = "origin"
    IMPACT = "impact"
    PERCEIVED = "perceived"


class WeaponClass(StrEnum):
    """Weapon as assessed by the source; the calibre is kept beside it, with its alternatives."""

    SMALL_ARMS = "small_arms"
    HEAVY_MACHINE_GUN = "heavy_machine_gun"
    GRENADE_LAUNCHER = "automatic_grenade_launcher"
    IFV_CANNON = "ifv_cannon"
    MORTAR = "mortar"
    ARTILLERY = "artillery"
    MLRS = "mlrs"
    TANK = "tank"
    ANTI_AIRCRAFT = "anti_aircraft"
    ATGM = "atgm"
    ARMED_UAV = "armed_uav"
    MINE_UXO_IED = "mine_uxo_ied"
    UNDETERMINED = "undetermined"


# what is fired at somebody; a mine lies until it is trodden on, or cleared
FIRED = frozenset(WeaponClass) - {WeaponClass.MINE_UXO_IED, WeaponClass.UNDETERMINED}


class Qualifier(StrEnum):
    """How a count was hedged ("about 610", "at least 120")."""

    EXACT = "exact"
    ABOUT = "about"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    RANGE = "range"
    NOT_STATED = "not_stated"


class CountBasis(StrEnum):
    """What a total counts; totals of different bases are never added."""

    APPARENT_VIOLATION = "apparent_violation"
    LIVE_FIRE_INSIDE_ZONE = "live_fire_inside_prohibited_zone"
    LIVE_FIRE_OUTSIDE_ZONE = "live_fire_outside_zone"
    CONTROLLED_EXPLOSION = "demining_controlled_explosion"
    HUNTING_CELEBRATORY = "hunting_celebratory"
    UNDETERMINED = "undetermined"


class WeaponsHolding(StrEnum):
    """Where a heavy weapon stood against the withdrawal lines, in the mission's words."""

    IN_VIOLATION = "in_violation_of_withdrawal_line"
    BEYOND_LINE_OUTSIDE_STORAGE = "beyond_line_but_outside_storage"
    IN_HOLDING_AREA = "in_holding_area"
    PERMANENT_STORAGE = "permanent_storage"
    MISSING_FROM_STORAGE = "missing_from_storage"


class AccessRestriction(StrEnum):
    """How monitors were stopped; a restriction by a side is itself a record."""

    DENIED = "denied"
    DELAYED = "delayed"
    CONDITIONAL = "conditional"
    THREAT = "gunfire_threat_violence"
    CHECKPOINT = "checkpoint"
    REFUSED_INFORMATION = "refused_information"
    MINES_UXO = "mines_uxo"
    BORDER_AREA = "border_area"
    STORAGE_SITE = "storage_site"
    CAMERA_ATTACKED = "camera_attacked"
    UAV_FIRED_AT = "uav_fired_at"
    GPS_INTERFERENCE = "gps_interference"


class Stance(StrEnum):
    """What a statement does about a violation: the role it plays, not who is right."""

    ACCUSES = "accuses"
    DENIES = "denies"
    ADMITS = "admits"
    REPORTS = "reports"


class FeatureRole(StrEnum):
    """What a place of the case is for (interchange, `places.geojson`)."""

    LINE_OF_CONTACT = "line_of_contact"
    CONTROL = "control"
    OBSERVATION_POST = "observation_post"
    ZONE = "zone"
    PERMITTED_AREA = "permitted_area"
    CORRIDOR = "corridor"
    SITE = "site"
    INFRASTRUCTURE = "infrastructure"
    SETTLEMENT = "settlement"


class ObligationKind(StrEnum):
    """The closed set of twelve kinds of obligation; a kind without a method yet says so in its status."""

    PROHIBIT = "prohibit"
    WITHDRAW = "withdraw"
    KEEP_OUT = "keep_out"
    ACHIEVE = "achieve"
    EXCHANGE = "exchange"
    CEILING = "ceiling"
    ALLOW = "allow"
    NOTIFY = "notify"
    MANDATE = "mandate"
    PERMIT_IF = "permit_if"
    ESTABLISH = "establish"
    CONDITION = "condition"


class Status(StrEnum):
    """Public status of one obligation of one bearer, as of a date."""

    PENDING = "pending"
    OBSERVED = "observed"
    VIOLATED = "violated"
    DISPUTED = "disputed"
    NOT_VERIFIABLE = "not_verifiable"


class Undecided(StrEnum):
    """Why an incident stays undetermined; the first that fits, in this order."""

    ONLY_CLAIMED = "only_claimed"
    NO_DIRECTION = "no_direction_perceived"
    WORDS_ALONE = "words_alone"
    GROUND_IN_DOUBT = "ground_in_doubt"
    WHICH_INCIDENT = "ambiguous_which_incident"
    EQUAL = "equally_probable"
    TOO_FEW_LINES = "too_few_lines"
    BELOW_STANDARD = "below_the_standard"
    FROM_ACCUSER = "only_from_an_accuser"


class Credibility(StrEnum):
    """How far an incident's information is confirmed: the Admiralty system's numbers that are given here."""

    CONFIRMED = "1"
    PROBABLY_TRUE = "2"
    POSSIBLY_TRUE = "3"
    CANNOT_BE_JUDGED = "6"


class Listening(StrEnum):
    """What can be said of one hour on one side: an hour that nobody covered is never quiet.

    `fire_at_some_time`: fire was recorded in a longer window that this hour belongs to.
    """

    FIRE = "fire_recorded"
    FIRE_AT_SOME_TIME = "fire_at_some_time"
    QUIET = "quiet"
    PARTLY_COVERED = "partly_covered"
    NOT_COVERED = "not_covered"


# --- the paper: means-and-rules §7–9 ---------------------------------------------------------------


class State(StrEnum):
    """Where one obligation of one bearer stands, in full; `public_status` folds it to what is published."""

    NOT_YET_APPLICABLE = "not_yet_applicable"
    PENDING = "pending"
    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    FULFILLED = "fulfilled"
    FULFILLED_LATE = "fulfilled_late"
    NO_BREACH_OBSERVED = "no_breach_observed"
    BREACHED = "breached"
    DISPUTED_FACT = "disputed_fact"
    DISPUTED_READING = "disputed_reading"
    NOT_COVERED = "not_covered"
    ACCESS_DENIED = "access_denied"
    UNRESOLVED = "unresolved"
    OVERDUE_UNVERIFIED = "overdue_unverified"
    NO_METHOD = "no_method"


class MilestoneOf(StrEnum):
    """What a mark on a paper's timeline is: a deadline, one stage of several, a term, what was done without a day."""

    DEADLINE = "deadline"
    STAGE = "stage"
    TERM = "term"
    DEED = "deed"


class DayRule(StrEnum):
    """Which edge of a day its deadline is: "by" the day runs to its end, "before" it stops at its beginning."""

    END_OF_DAY = "end_of_day"
    START_OF_DAY = "start_of_day"


class Proof(StrEnum):
    """What shows that an event happened; the word of the bearer alone never does."""

    OTHER_PARTY = "other_party_confirms"
    BOTH_PARTIES = "both_parties_confirm"
    MONITOR = "monitor_confirms"
    TWO_SOURCES = "two_independent_sources"


class CountedBy(StrEnum):
    """Which count counts: what was offered, what a monitor or the other party accepted, or what somebody counted."""

    OFFERED = "offered"
    MONITOR = "accepted_by_monitor"
    OTHER_PARTY = "accepted_by_other"
    COUNTED = "counted"


class Order(StrEnum):
    """How two obligations stand in time."""

    BEFORE = "before"
    IN_PARALLEL = "in_parallel"
    AFTER = "after"


class AmendmentForm(StrEnum):
    """In what form a paper was changed, suspended or ended."""

    ANNOUNCEMENT = "announcement"
    PROTOCOL = "protocol"
    LETTER = "letter"
    ORAL = "oral"
    PRACTICE = "practice"
    RESOLUTION = "resolution"


class Role(StrEnum):
    """What an actor is to a paper that is no party of the case."""

    GUARANTOR = "guarantor"
    MONITOR = "monitor"
    AGENCY = "agency"
    OTHER = "other"


class UnitKind(StrEnum):
    """Whose positions a geofence is about."""

    MONITORS = "monitors"
    DRONES = "drones"
    FORCES = "forces"
    AIRCRAFT = "aircraft"


class FootprintGrade(StrEnum):
    """What is known of whether a drone's footprint lies where it says."""

    CHECKED = "checked"  # projected as its metadata declare, it lands on the frame centre that they publish
    REINTERPRETED = "reinterpreted"  # only where the angles are read under another convention than the declared one
    STATED = "stated"  # nothing to check it against: corners alone, or drawn by a person
    UNLOCATED = "unlocated"  # lands nowhere near: kept, and no ground counts as seen


class View(StrEnum):
    """What a drone could see in a spell; who or what took its view is never said."""

    CLEAR = "clear"
    DEGRADED = "degraded"
    DENIED = "denied"


# --- records other than fire ----------------------------------------------------------------------


class Says(StrEnum):
    """What a record says of an event: that it happened, that it did not, or that it has not yet."""

    STATES = "states"
    DENIES = "denies"
    NOT_YET = "not_yet"


class WayCondition(StrEnum):
    """What a corridor or crossing is, since when somebody says so."""

    OPEN = "open"
    RESTRICTED = "restricted"
    CLOSED = "closed"
    DENIED = "denied"


class MandateNotice(StrEnum):
    """What somebody gave notice of, or what became of a mandate."""

    STARTED = "started"
    NOTICE_OF_END = "notice_of_end"
    OBJECTION = "objection"
    RENEWED = "renewed"
    ENDED = "ended"


class PersonCategory(StrEnum):
    """Whom an exchange of persons or bodies is about."""

    PRISONER = "prisoner"
    HOSTAGE = "hostage"
    DETAINEE = "detainee"
    BODY = "body"
    MISSING = "missing"


class PersonState(StrEnum):
    """What a list says became of a person."""

    LISTED = "listed"
    RELEASED = "released"
    RETURNED = "returned"
    DISPUTED = "disputed"
    DEAD = "dead"


class SiteCondition(StrEnum):
    """What an assessor saw of a church, mosque or other site (after Caucasus Heritage Watch)."""

    INTACT = "intact"
    DAMAGED = "damaged"
    DESTROYED = "destroyed"
    THREATENED = "threatened"
    UNCLEAR = "unclear"


class HarmStage(StrEnum):
    """How far a report of harm to civilians was followed up."""

    REPORTED = "reported"
    FOLLOWED_UP = "followed_up"
    CORROBORATED = "corroborated"
    NOT_CORROBORATED = "not_corroborated"


class NoticeOf(StrEnum):
    """What a side announces before it does it (R3)."""

    TRAINING_FIRE = "training_fire"
    DEMINING = "demining"
    QUARRY = "quarry"
    MOVEMENT = "movement"
    FLIGHT = "flight"


class Modality(StrEnum):
    """What a public claim says of an act: that it will or must or may be, or the contrary."""

    WILL = "will"
    MUST = "must"
    MAY = "may"
    WILL_NOT = "will_not"
    MUST_NOT = "must_not"
    NEED_NOT = "need_not"


class Answer(StrEnum):
    """What the paper says to a public claim about it."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    NOT_ADDRESSED = "not_addressed"
    READING = "matter_of_reading"


# The rest of field-practice §1.2: words that readers and later rooms fill; kept here so that there is one list.


class ZoneKind(StrEnum):
    """Where a place lies against what an agreement sets apart."""

    CONTACT_LINE = "contact_line"
    DISENGAGEMENT_AREA = "disengagement_area"
    SECURITY_ZONE = "security_zone"
    TRAINING_AREA = "training_area"
    OUTSIDE = "outside"


class MilitaryPresence(StrEnum):
    """Signs of military presence that violate no withdrawal line by themselves."""

    FRESH_TRENCH = "fresh_trench"
    MINES_FIRST_SEEN = "mines_first_seen"
    CONVOY = "convoy"
    ARMOURED_VEHICLE = "armoured_vehicle"
    JAMMER = "jammer"


class GpsInterference(StrEnum):
    """How sure the mission was that its aircraft was jammed; never by whom."""

    PROBABLE_JAMMING = "probable_jamming"
    JAMMING = "jamming"


class CivilianHarm(StrEnum):
    """How far a report of harm to civilians got."""

    REPORTED = "reported"
    FOLLOWED_UP = "followed_up"
    CORROBORATED_KILLED = "corroborated_killed"
    CORROBORATED_INJURED = "corroborated_injured"
    NOT_CORROBORATED = "not_corroborated"


class HarmCause(StrEnum):
    """What harmed civilians or what they depend on."""

    SHELLING = "shelling"
    SMALL_ARMS = "small_arms"
    MINE_UXO = "mine_uxo"
    WATER_CUT = "water_cut"
    POWER_CUT = "power_cut"


class Hardship(StrEnum):
    """What makes life on the line harder without a shot."""

    CROSSING_CLOSED = "crossing_closed"
    QUEUE = "queue"
    WATER_CUT = "water_cut"
    POWER_CUT = "power_cut"
    DAMAGED_HOME = "damaged_home"
    BLOCKED_ROAD_OR_RAIL = "blocked_road_or_rail"
    NO_ACCESS_TO_FARMLAND = "no_access_to_farmland"


class Crater(StrEnum):
    """What is recorded of a crater; one site may show fire from two directions."""

    CALIBRE = "calibre"
    WEAPON = "weapon"
    DIRECTION_OF_FIRE = "direction_of_fire"
    AGE = "age"
    CONDITION = "condition"


class TruceWindow(StrEnum):
    """A truce for a purpose and an area, with each side's guarantees."""

    LOCALISED_CEASEFIRE = "localised_ceasefire"
    WINDOW_OF_SILENCE = "window_of_silence"


class ClaimRuling(StrEnum):
    """What became of a party's complaint (SLMM)."""

    RULED_VIOLATION = "ruled_violation"
    RULED_NO_VIOLATION = "ruled_no_violation"
    PENDING = "pending"
    UNABLE_TO_RULE = "unable_to_rule"


class AttributionWord(StrEnum):
    """The field's words for how far an incident was attributed (CTSAMVM)."""

    ATTRIBUTED = "attributed"
    LARGELY_ATTRIBUTED = "largely_attributed"
    COULD_NOT_BE_ATTRIBUTED = "could_not_be_attributed"
    BOTH_SIDES = "both_sides"
    UNKNOWN_ACTOR = "unknown_actor"
    NON_SIGNATORY = "non_signatory"


class Intent(StrEnum):
    """Accident told from intent: one of the reasons to monitor at all."""

    DELIBERATE = "deliberate"
    ACCIDENTAL = "accidental"
    UNAUTHORISED = "unauthorised"
    UNDETERMINED = "undetermined"


class CaseState(StrEnum):
    """Where an investigation stands, from the first allegation to its remedy."""

    ALLEGED = "alleged"
    PRELIMINARY = "preliminary"
    TASKED = "tasked"
    SUSPENDED = "suspended"
    REPORTED = "reported"
    REVIEWED = "reviewed"
    REMEDY_DUE = "remedy_due"
    CLOSED = "closed"


# --- the operations room --------------------------------------------------------------------------


class StaffRole(StrEnum):
    """What somebody of the centre's staff does; a reviewer is of a guarantor, a liaison of a side."""

    OFFICER = "officer"
    REVIEWER = "reviewer"
    LIAISON = "liaison"
    INVESTIGATOR = "investigator"
    REPORTER = "reporter"
    MONITOR = "monitor"
    AUDITOR = "auditor"


class DecisionRule(StrEnum):
    """How many guarantors it takes to name a side: every one of them, or either unless another contradicts."""

    UNANIMOUS = "unanimous"
    EITHER = "either"


class Position(StrEnum):
    """What a guarantor's staff says to a proposal: it agrees, it finds otherwise, it does not decide."""

    CONCUR = "concur"
    CONTEST = "contest"
    ABSTAIN = "abstain"


class Outcome(StrEnum):
    """How the guarantors' determinations stand to each other, whatever they find."""

    AWAITED = "awaited"
    AGREED = "agreed"
    DIFFERING = "differing"
    ABSTAINED = "abstained"


class Readiness(StrEnum):
    """How far an incident is on its way to a published finding; what is determined anew is ready anew."""

    WAITING = "waiting"  # for what the procedure asks for before anything may be published
    READY = "ready"  # it may be published, by whoever publishes
    PUBLISHED = "published"  # with the newest determinations


class Answered(StrEnum):
    """What a side says to a finding or a message."""

    ACCEPTS = "accepts"
    REJECTS = "rejects"
    EXPLAINS = "explains"


class CallDirection(StrEnum):
    """Whether the hotline rang here, or the room called out."""

    IN = "in"
    OUT = "out"


class ShiftMark(StrEnum):
    """What a line of the shift log marks; what is known after the cut-off counts for the next report."""

    BEGIN = "begin"
    HAND_OVER = "hand_over"
    CUT_OFF = "cut_off"
    END = "end"


class Followed(StrEnum):
    """What became of an agreed measure or a remedy, by the word of whoever says so."""

    DONE = "done"
    NOT_DONE = "not_done"
    PARTLY = "partly"


class Stage(StrEnum):
    """Whose finding on a case it is: the investigators' preliminary one, or a guarantor's final one."""

    PRELIMINARY = "preliminary"
    FINAL = "final"


class Obstacle(StrEnum):
    """Why a case is suspended (CTSAMVM's reasons): no access, no security, a dispute over the mandate."""

    ACCESS = "access"
    SECURITY = "security"
    MANDATE = "mandate_dispute"
