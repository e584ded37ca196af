"""The words that simulated sources write. {place} is a settlement, {arms} a weapon; no party is ever named in them.

A statement has ways of being put; who repeats it puts it in another way or another language, never with other facts.
"""

SEEMS = 0
STOPPED = 1
NOTICE_TRAINING, NOTICE_DEMINING, NOTICE_QUARRY = 2, 3, 4
ACCUSING = (5, 6, 7)
DENYING = (8, 9)
ADMITTING = (10,)
RETOLD_ACCUSING = (11, 12, 13, 14)
RETOLD_DENYING = (15, 16)
REPORTING = (17, 18)
TOLD = (19, 20)
RETOLD_ADMITTING = (21,)

SOMEWHERE = "the line of contact"  # in place of a settlement, where a statement names none

TEXTS = (
    "assessed as {arms}",
    "denied at a checkpoint, turned back",
    "training with live fire announced",
    "demining announced, controlled explosions",
    "blasting announced",
    "Our positions near {place} came under fire; weapon: {arms}.",
    "The other side violated the ceasefire near {place} with {arms}.",
    "{place}: ceasefire violation recorded, {arms}.",
    "The report of fire near {place} does not correspond to reality.",
    "Our units did not open fire near {place}.",
    "Our unit near {place} fired without order; those responsible answer for it.",
    "The ministry says that positions near {place} were shelled with {arms}.",
    "Fire on {place}, says the ministry; {arms} used.",
    "Le ministère signale des tirs près de {place} ({arms}).",
    "El ministerio denuncia disparos cerca de {place} ({arms}).",
    "The ministry denies that its forces fired near {place}.",
    "Le ministère dément tout tir près de {place}.",
    "Explosions heard near {place}, our correspondent reports.",
    "Shooting near {place} this day; no word on who fired.",
    "A resident of {place} heard explosions.",
    "A resident of {place} told of shooting nearby.",
    "The ministry admits that one of its units fired near {place}.",
)
