"""The limb of `limb.py` in openfisca-core. Run by that file, in an environment of its own.

Reads JSON from standard input, writes the answers and the seconds of their calculation.
"""

import json
import sys
import time
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

told: dict[str, Any] = json.load(sys.stdin)
new, standard, existing = told["begins"]

Component = build_entity("component", "components", "A functional cell component", is_person=True)
Battery = build_entity(
    "battery",
    "batteries",
    "A battery",
    roles=[{"key": "part", "plural": "parts", "label": "Its components"}],
)


class costs(Variable):
    value_type, entity, definition_period = int, Component, DateUnit.ETERNITY
    label = "Cost in cents"


class concerns(Variable):
    value_type, entity, definition_period = int, Component, DateUnit.ETERNITY
    label = "From a foreign entity of concern: 0 no, 1 not known, 2 yes"


class milestone(Variable):
    value_type, entity, definition_period = int, Battery, DateUnit.ETERNITY
    label = "Day of Milestone B"


class systems(Variable):
    value_type, entity, definition_period = int, Battery, DateUnit.ETERNITY
    label = "Weapons systems that use it"


class executives(Variable):
    value_type, entity, definition_period = int, Battery, DateUnit.ETERNITY
    label = "Portfolio acquisition executives that manage it"


class begun(Variable):
    value_type, entity, definition_period = int, Battery, DateUnit.DAY
    label = "Has (b) begun for its program?"

    def formula(battery: Any, period: Any) -> Any:
        begins = np.where(battery("milestone", period) < told["enacted"], existing, new)
        shared = (battery("systems", period) > 1) & (battery("executives", period) != 1)
        begins = np.where(shared, np.minimum(begins, standard), begins)
        return np.where(period.start.date.toordinal() >= begins, 2, 0)


class concern(Variable):
    value_type, entity, definition_period = int, Battery, DateUnit.DAY
    label = "Is a component from a foreign entity of concern?"

    def formula(battery: Any, period: Any) -> Any:
        return battery.max(battery.members("concerns", period))


class share(Variable):
    value_type, entity, definition_period = int, Battery, DateUnit.DAY
    label = "Is more than 95 percent of the cost from elsewhere?"

    def formula(battery: Any, period: Any) -> Any:
        cost, answer = battery.members("costs", period), battery.members("concerns", period)
        enough = battery.sum(cost) * told["percent"]
        low, high = battery.sum(cost * (answer == 0)), battery.sum(cost * (answer != 2))
        return np.where(low * 100 > enough, 2, np.where(high * 100 > enough, 1, 0))


INPUTS = (costs, concerns, milestone, systems, executives)
ANSWERS = (begun, concern, share)


def simulation() -> Simulation:
    """Every battery and its components, with what is told of them."""
    system = TaxBenefitSystem([Component, Battery])
    system.add_variables(*INPUTS, *ANSWERS)
    builder = SimulationBuilder()
    builder.create_entities(system)
    count, width = np.shape(told["costs"])
    builder.declare_person_entity("component", np.arange(count * width))
    groups = builder.declare_entity("battery", np.arange(count))
    of = np.repeat(np.arange(count), width)
    builder.join_with_persons(groups, of, np.full(count * width, "part"))
    made = builder.build(system)
    for each in INPUTS:
        values = np.array(told[each.__name__]).ravel()
        made.set_input(each.__name__, DateUnit.ETERNITY, values)
    return made


ready = simulation()
begins = time.process_time()
found = {each.__name__: ready.calculate(each.__name__, told["day"]) for each in ANSWERS}
seconds = time.process_time() - begins
answers = {name: values.tolist() for name, values in found.items()}
json.dump({**answers, "seconds": seconds}, sys.stdout)
