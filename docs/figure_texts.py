"""What a figure says in words: its caption, and a description for who cannot see it."""

import re


def take_caption(figure):
    """Take the title that states a figure's finding out of the figure, and return it.

    It is the title above all panels, or that of a single panel; "" if there is none.
    """
    titles = [figure._suptitle] if figure._suptitle else []
    panels = [ax for ax in figure.axes if ax.get_title()]
    if not titles and len(panels) == 1:
        titles = [panels[0].title]
    if not titles:
        return ""
    caption = " ".join(titles[0].get_text().split())
    titles[0].set_text("")
    return caption


def describe(figure):
    """Describe panels, axes and legends: "Loss over epoch: training, validation."."""
    panels = [sentence for ax in figure.axes if (sentence := describe_panel(ax))]
    names = [name for legend in figure.legends for name in entries(legend)]
    if names:
        panels.append(f"Shown are: {'; '.join(names)}")
    return plain(". ".join(panels)) + "." if panels else ""


def describe_panel(ax):
    """Describe one panel, with an empty text where there is nothing to say."""
    title, x, y = ax.get_title(), ax.get_xlabel(), ax.get_ylabel()
    axes = f"{y} over {x}" if x and y else y or x
    axes = axes if ax.axison else ""
    names = entries(ax.get_legend())
    names = names if ax.axison else [text.get_text() for text in ax.texts]
    parts = [part for part in (title, axes, "; ".join(names)) if part]
    if not parts:
        return ""
    sentence = ": ".join(parts)
    return sentence[0].upper() + sentence[1:]


def entries(legend):
    """Return what a legend names."""
    return [text.get_text() for text in legend.get_texts()] if legend else []


def plain(text):
    """Write a text's formulas as a screen reader can read them."""
    text = re.sub(r"\\(text|mathrm|left|right)\b|\\[,;! ]", " ", text)
    text = re.sub(r"\\d?frac\{(.*?)\}\{(.*?)\}", r"\1 / \2", text)
    return " ".join(re.sub(r"[${}\\]", "", text).split())
