import tomllib

from trucewatch.agreement.toml_lines import Path, lines_of

TEXT = '''# a comment with "marks" and [brackets]
id = "1.a"  # id = "2"
"quoted key" = 'lit[eral'
a."b.c".d = 1.5
note = """
[not.a.table]
key = "no" ""\\"""" # five marks end it
raw = \'\'\'
x = 1\'\'\'
when = 2020-11-10 00:00:00
list = [
  "one", # ]
  { km = 3, mm = [1,
    2] },
  [[5], [6,
  7]],
]
[table]
k = { after = "d", days = 3 }
[table.inner]
k = 1
[[reading]]
by = []
[[reading]]
by = ["b"]
[[reading.limits]]
item = "men"
[[reading.limits]]
item = "arms"
[reading.last]
"\\u006b" = true'''


def paths(value: object, path: Path = ()) -> list[Path]:
    if isinstance(value, dict):
        below = [paths(each, (*path, key)) for key, each in value.items()]
    elif isinstance(value, list):
        below = [paths(each, (*path, number)) for number, each in enumerate(value)]
    else:
        below = []
    return [path, *(each for some in below for each in some)]


def test_every_key_table_and_list_item_has_a_line():
    found = lines_of(TEXT, 101)
    assert set(found) == set(paths(tomllib.loads(TEXT))) - {()}


def test_each_stands_on_the_line_where_it_is_written():
    found, lines = lines_of(TEXT, 1), TEXT.split("\n")
    for path, part in {
        ("quoted key",): '"quoted key"',
        ("a", "b.c", "d"): "1.5",
        ("raw",): "raw =",
        ("when",): "2020-11-10",
        ("list", 1, "mm"): "km = 3",
        ("list", 1, "mm", 1): "2] }",
        ("list", 2, 1, 1): "7]]",
        ("table", "k", "days"): "days = 3",
        ("table", "inner", "k"): "k = 1",
        ("reading", 1): "[[reading]]",
        ("reading", 1, "by", 0): '"b"',
        ("reading", 1, "limits", 1): "[[reading.limits]]",
        ("reading", 1, "limits", 1, "item"): '"arms"',
        ("reading", 1, "last", "k"): '"\\u006b"',
    }.items():
        assert part in lines[found[path] - 1], path
    assert found["reading", 0] < found["reading", 1]
