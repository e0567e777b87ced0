"""What teachers find: times of the sessions, and notes that are closed at first."""

import re

from conftest import Mode
from nnteach.exercises import LESSONS, all_exercises

PHONE = Mode("390-px", width=390)


def test_each_session_says_how_long_it_takes(open_page, server):
    with open_page(f"{server}teach/schedules.html") as page:
        times = page.locator(".session-minutes").all_inner_texts()
        assert len(times) == 2 + 6 + 12
        minutes = [int(re.fullmatch(r"(\d+) min", time)[1]) for time in times]
        assert all(40 <= time <= 90 for time in minutes)


def test_a_session_names_the_lessons_of_its_row_in_its_commands(open_page, server):
    with open_page(f"{server}teach/schedules.html") as page:
        folds = page.locator("details.fold")
        assert folds.count() == 2 + 6 + 12
        folds.first.locator("summary").click()
        commands = folds.first.locator("pre").all_inner_texts()
        names = re.findall(r"--lesson (\w+)", commands[-1])
        assert [LESSONS[name] for name in names] == (
            page.locator("table").first.locator("tbody tr").first
            .locator("td").first.locator("a").all_inner_texts()
        )  # fmt: skip
        assert "--student class1" in commands[0]
        assert "--student home1" in commands[1]
        assert "grade submissions1" in commands[2]
        assert "--teacher answers1" in commands[3]


def test_on_a_phone_the_rows_of_a_schedule_are_blocks(open_page, server):
    with open_page(f"{server}teach/schedules.html", PHONE) as page:
        cells = page.locator("table.stacked").first.locator("tbody tr").first
        boxes = [cell.bounding_box() for cell in cells.locator("th, td").all()]
        assert len({box["x"] for box in boxes}) == 1
        assert all(box["width"] > 200 for box in boxes)


def test_the_notes_have_each_exercise_closed(open_page, server):
    with open_page(f"{server}teach/notes.html") as page:
        titles = page.locator("article h2").evaluate_all(
            "headings => headings.map(heading => heading.firstChild.textContent)"
        )
        assert titles == list(LESSONS.values())
        folds = page.locator("details.fold")
        assert folds.count() == len(all_exercises())
        assert not page.locator("details[open] li").count()


def test_the_search_leaves_slides_and_notes_out(site):
    texts = (site / "_static" / "search_texts.js").read_text(encoding="utf-8")
    assert '"teach/schedules.html"' in texts
    assert "teach/notes.html" not in texts
    assert "teach/slides/" not in texts
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert "teach/schedules" in index
    assert "teach/slides/" not in index
