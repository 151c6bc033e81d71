"""Open points of 10 U.S.C. 4865."""

from compliance.law.readings.register import Reading

READINGS = (
    Reading(
        key="4865-advanced-battery",
        cite="(a)",
        question="Is a lead-acid, alkaline, nickel or other older battery an advanced battery?",
        alternatives={
            "any": "any battery of electrochemical cells",
            "advanced": "lithium, sodium-ion and silver-zinc chemistries only",
        },
        conservative="any",
        mode="review",
    ),
    Reading(
        key="4865-functional",
        cite="(e)(3)",
        question=(
            "Are cathode foil, binder, conductive carbon and precursor other functional materials?"
        ),
        alternatives={
            "other": "yes, they contribute to storing energy",
            "named": "no, only what (e)(3) names",
        },
        conservative="other",
    ),
    Reading(
        key="4865-refined",
        cite="(a)",
        question="Does (a) reach who refined and processed the inputs of a component?",
        alternatives={
            "trace": "yes, each processing step counts",
            "component": "no, only the component's source",
        },
        conservative="trace",
    ),
    Reading(
        key="4865-assembler",
        cite="(a)",
        question=(
            "Are functional cell components sourced from whoever sells or assembles the battery?"
        ),
        alternatives={
            "cells": "only from their own sources and from who makes the cells",
            "battery": "also from who sells or assembles the battery",
        },
        conservative="battery",
    ),
    Reading(
        key="4865-technology",
        cite="(a)",
        question="Does technology include what the maker of a component has licensed?",
        alternatives={"any": "yes, at any tier", "battery": "no, only for the battery or cell"},
        conservative="any",
    ),
    Reading(
        key="4865-overlap",
        cite="(b)",
        question=(
            "From which day is a standard battery bound that also serves an acquisition program?"
        ),
        alternatives={
            "earliest": "the earliest day of any category that fits",
            "latest": "the latest such day",
        },
        conservative="earliest",
    ),
    Reading(
        key="4865-delivery",
        cite="(b)",
        question="Does a delivery on or after the day count, under an award made before it?",
        alternatives={"action": "no, the procurement action counts", "delivery": "yes"},
        conservative="delivery",
        mode="review",
    ),
    Reading(
        key="4865-final-assembly",
        cite="(c)(1)(A)(i)",
        question="Is final assembly also the assembly of the cells?",
        alternatives={"both": "the pack and its cells", "pack": "the pack only"},
        conservative="both",
    ),
    Reading(
        key="4865-recycled",
        cite="(c)(1)(B)",
        question="Whom is domestically recycled material taken to come from?",
        alternatives={
            "recycler": "the domestic recycler, on the conditions we set",
            "origin": "the entity it came from before recycling",
        },
        conservative="recycler",
    ),
    Reading(
        key="4865-setting",
        cite="(c)(2)(A)",
        question="Does the office, hospital or non-combat setting qualify all four devices?",
        alternatives={"all": "all four", "medical": "medical equipment only"},
        conservative="all",
        mode="review",
    ),
    Reading(
        key="4865-rdte-fielded",
        cite="(c)(2)(C)",
        question="Does fielding units that were bought for RDT&E end the exclusion?",
        alternatives={
            "ends": "yes, from the day they are fielded",
            "stays": "no, the purpose at purchase counts",
        },
        conservative="ends",
        mode="review",
    ),
)
