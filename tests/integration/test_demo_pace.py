"""On a busy machine the demo's months are longer, by as much for all of them."""

import pytest
from demo import policy


@pytest.mark.parametrize(("load", "processors", "times"), [(0.0, 1, 1), (4.5, 2, 1), (7.0, 2, 2), (13.0, 16, 1), (90.0, 2, 4)])
def test_the_load_of_each_processor_sets_the_pace(load, processors, times):
    assert policy.pace(load, processors) == times


def test_it_stretches_every_age_of_the_policy_alike():
    told = policy.changes()["policies"][0]
    ages = [int(told[name].removesuffix("s")) for name in ("rotate_after", "deactivate_after", "delete_after", "min_overlap")]
    assert ages == [policy.PACE * seconds for seconds in (20, 27, 33, 7)]
