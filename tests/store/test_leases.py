"""One holder at a time for each name, and a fence for whoever overslept."""

from desk_values import NOW, later


def test_one_node_has_a_lease_until_it_ends(store, other):
    assert store.take_lease("mailbox:support", NOW, 30) == 1
    assert other.take_lease("mailbox:support", later(29), 30) is None
    assert other.take_lease("mailbox:sales", later(29), 30) == 1
    assert other.take_lease("mailbox:support", later(30), 30) == 2


def test_who_overslept_cannot_renew(store, other):
    mine = store.take_lease("sweep", NOW, 30)
    assert store.renew_lease("sweep", mine, later(20), 30)
    assert other.take_lease("sweep", later(45), 30) is None
    other.take_lease("sweep", later(51), 30)
    assert not store.renew_lease("sweep", mine, later(52), 30)
    assert store.take_lease("sweep", later(52), 30) is None


def test_a_lease_given_back_is_free_at_once_and_its_fence_never_repeats(store, other):
    store.give_back_lease("sweep", store.take_lease("sweep", NOW, 30), later(1))
    assert other.take_lease("sweep", later(1), 30) == 2


def test_who_lost_a_lease_cannot_give_it_back(store, other):
    mine = store.take_lease("sweep", NOW, 30)
    other.take_lease("sweep", later(31), 30)
    store.give_back_lease("sweep", mine, later(32))
    assert store.take_lease("sweep", later(33), 30) is None


def test_a_restarted_node_takes_its_own_lease_back_with_a_new_fence(store):
    assert [store.take_lease("sweep", NOW, 30) for _ in range(2)] == [1, 2]
    assert not store.renew_lease("sweep", 1, NOW, 30)
