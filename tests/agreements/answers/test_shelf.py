"""Does what is kept stay within its room, and fall with the state of the register?"""

from agreements.answers.shelf import LARGEST, Kept, Shelf

PAGE = Kept(b"0" * 10_000)


def test_what_was_longest_unread_is_thrown_away_first():
    shelf = Shelf(25_000)
    for name in "ab":
        shelf.put(name, PAGE, 1)
    assert shelf.get("a")
    shelf.put("c", PAGE, 1)
    assert [name for name in "abc" if shelf.get(name)] == ["a", "c"]


def test_what_is_too_large_is_not_kept():
    shelf = Shelf(2 * LARGEST)
    shelf.put("large", Kept(b"0" * LARGEST), 1)
    shelf.put("both", Kept(b"0" * (LARGEST // 2), b"0" * (LARGEST // 2)), 1)
    assert len(shelf) == 0


def test_very_many_empty_answers_find_no_room_either():
    shelf = Shelf(100_000)
    for n in range(1000):
        shelf.put(str(n), Kept(b""), 1)
    assert len(shelf) < 100


def test_another_state_leaves_nothing_of_the_former():
    shelf = Shelf(100_000)
    shelf.put("a", PAGE, 1)
    shelf.put("b", PAGE, 2)
    assert (shelf.get("a"), shelf.get("b")) == (None, PAGE)
