import json
import re
from importlib.resources import files

import pytest

import viz
from tests.viz.player.examples import leaves, named
from viz.player import page

ASSETS = files("viz.player").joinpath("assets")
SCRIPTS = sorted(path.name for path in ASSETS.iterdir() if path.name.endswith(".js"))
HOSTILE = "</script><b>&\"'\u2028$title <!--"


def test_the_page_without_a_graph_is_small():
    assert len(page.source("", {}).encode()) < 150_000  # and 500 kB is what was promised


def test_every_script_is_in_the_page_once_behind_those_that_it_imports():
    html = page.source("", {})
    for name in SCRIPTS:
        module = name.removesuffix(".js")
        assert html.count(f"const {module}$ = ") == 1
        for imported in re.findall(
            r'from "\./(\w+)\.js"', ASSETS.joinpath(name).read_text("utf-8")
        ):
            assert html.index(f"const {imported}$ = ") < html.index(f"const {module}$ = ")
    assert not re.search(r"^(import|export) ", html, re.MULTILINE)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_uses_what_it_imports_and_imports_what_others_export(name):
    source = ASSETS.joinpath(name).read_text("utf-8")
    for names, module in re.findall(
        r'^import \{([^}]*)\} from "\./(\w+)\.js";', source, re.MULTILINE
    ):
        exporting = ASSETS.joinpath(f"{module}.js").read_text("utf-8")
        for imported in (word.strip() for word in names.split(",")):
            assert re.search(
                rf"^export (const|class|function) {imported}\b", exporting, re.MULTILINE
            )
            assert len(re.findall(rf"\b{imported}\b", source)) > 1


def test_nothing_in_the_page_leads_to_the_network():
    html = page.source("", {})
    addresses = set(
        re.findall(r"(?:https?:)?//[\w.]+", re.sub(r"^\s*//.*", "", html, flags=re.MULTILINE))
    )
    assert addresses == {"http://www.w3.org"}  # the name of SVG, which is never requested
    assert "default-src 'none'" in html


def test_names_are_data_and_not_markup():
    (w,) = leaves(w=2.0)
    w.name = HOSTILE
    html = viz.player(named(HOSTILE, w * w)).html()
    assert HOSTILE not in html
    assert html.count("</script>") == 2
    data = json.loads(re.search(r'id="data">(.*?)</script>', html, re.DOTALL).group(1))
    assert data["graphs"][0]["items"][0]["name"] == viz.text.name(HOSTILE)
