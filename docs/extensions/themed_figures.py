"""Figures that suit light and dark pages, wide and narrow screens.

``scrape`` is what sphinx-gallery calls for the figures of a lesson. It saves their
renditions and writes the directive ``themed-figure``, which other pages can use, too:
its argument is the stem of the renditions' names, its content the caption.
"""

import os
import shutil
from pathlib import Path
from urllib.parse import urljoin

import imagesize
import matplotlib.pyplot as plt
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from figure_renditions import RESOLUTION, save_renditions

NARROW_SCREEN = "(max-width: 540px)"
DIRECTIVE = """
.. themed-figure:: /{stem}
   :alt: {alt}

   {caption}

"""


def scrape(block, block_vars, gallery_conf):
    """Save the figures that a block of a lesson has drawn; return what shows them."""
    shown = []
    for number in plt.get_fignums():
        path = Path(block_vars["image_path_iterator"].next())
        source = Path(gallery_conf["src_dir"])
        figure = plt.figure(number)
        alt = getattr(figure, "alt_text", None)  # which the lesson has set
        shown.append(save_figure(figure, path.with_suffix(""), source, alt))
    plt.close("all")
    return "".join(shown)


def save_figure(figure, stem, source, alt):
    """Save a figure's renditions, and a PNG for thumbnails; return its directive.

    The renditions lie at the stem, the page's sources in the folder ``source``. ``alt``
    says what the figure shows to somebody who cannot see it.
    """
    figure.savefig(f"{stem}.png", metadata={"Software": None})
    caption = take_caption(figure)
    alt = " ".join((alt or "").split())
    if alt in ("", caption):
        raise ExtensionError(
            f"The figure {stem.name} does not say in words what it shows. Set its "
            "alt_text, beside the title and before plt.show(), and do not repeat the "
            "title."
        )
    save_renditions(figure, stem)
    return DIRECTIVE.format(
        stem=stem.relative_to(source).as_posix(), alt=alt, caption=in_rst(caption)
    )


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


def in_rst(text):
    """Write the formulas of a figure's text as those of a page."""
    parts = text.replace("\\", "\\\\").split("$")
    parts[1::2] = [rf":math:`{part}`\ " for part in parts[1::2]]
    return "".join(parts).replace("\\\\", "\\") if len(parts) > 1 else text


class FigureNode(nodes.General, nodes.Element):
    """A figure with its renditions."""


class CaptionNode(nodes.General, nodes.Element):
    """The caption below a figure."""


class ThemedFigure(SphinxDirective):
    """Show the renditions of a figure, with a caption."""

    required_arguments = 1
    option_spec = {"alt": directives.unchanged_required}
    has_content = True

    def run(self):
        _, stem = self.env.relfn2path(self.arguments[0])
        figure = FigureNode(stem=stem, alt=self.options["alt"])
        for path in rendition_paths(stem).values():
            self.env.note_dependency(str(path))
        if self.content:
            figure += CaptionNode("", *self.parse_content_to_nodes())
        return [figure]


def rendition_paths(stem):
    """Return the files of a figure, by theme and width."""
    names = [
        f"{theme}{width}" for theme in ("light", "dark") for width in ("", "-narrow")
    ]
    return {name: Path(f"{stem}-{name}.webp") for name in names}


def visit_figure(translator, node):
    """Write a ``<picture>`` for each theme, of which the page shows one."""
    images = Path(translator.builder.outdir, translator.builder.imagedir)
    images.mkdir(parents=True, exist_ok=True)
    page = Path(translator.builder.get_target_uri(translator.docnames[0]))
    to_images = os.path.relpath(translator.builder.imagedir, page.parent)
    attributes = {}
    for name, path in rendition_paths(node["stem"]).items():
        shutil.copyfile(path, images / path.name)
        width, height = (pixels // RESOLUTION for pixels in imagesize.get(path))
        address = f"{Path(to_images).as_posix()}/{path.name}"
        attributes[name] = address, f'width="{width}" height="{height}"'
    translator.body.append('<figure class="themed-figure">\n<div>\n')
    for theme in ("light", "dark"):
        wide, size = attributes[theme]
        narrow, narrow_size = attributes[f"{theme}-narrow"]
        alt = translator.attval(node["alt"])
        translator.body.append(
            f'<picture class="only-{theme}">'
            f'<source media="{NARROW_SCREEN}" srcset="{narrow}" {narrow_size}>'
            f'<img src="{wide}" {size} alt="{alt}" loading="lazy" decoding="async">'
            "</picture>\n"
        )
    translator.body.append("</div>\n")


def depart_figure(translator, node):
    translator.body.append("</figure>\n")


def visit_caption(translator, node):
    translator.body.append("<figcaption>\n")


def depart_caption(translator, node):
    translator.body.append("</figcaption>\n")


def set_picture(app, pagename, templatename, context, doctree):
    """Make the first figure the picture of a page where somebody shares its address."""
    figure = next(iter(doctree.findall(FigureNode)), None) if doctree else None
    if figure is None or not app.config.html_baseurl:
        return
    path = Path(f"{figure['stem']}.png")
    address = f"{app.builder.imagedir}/{path.name}"
    shutil.copyfile(path, Path(app.outdir, address))
    context["meta"] = {
        **(context.get("meta") or {}),
        "og:image": urljoin(app.config.html_baseurl, address),
        "og:image:alt": figure["alt"],
    }


def setup(app):
    app.add_node(FigureNode, html=(visit_figure, depart_figure))
    app.add_node(CaptionNode, html=(visit_caption, depart_caption))
    app.add_directive("themed-figure", ThemedFigure)
    app.connect("html-page-context", set_picture, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
