"""How a notebook shows an estimator: scikit-learn's diagram, and our own parts."""

from importlib.metadata import metadata

from nnteach.describe.parameter_table import ParameterTable


def _find_website():
    """Address that pyproject.toml names as Documentation, None if it names none."""
    for entry in metadata("nnteach").get_all("Project-URL", ()):
        label, _, address = entry.partition(", ")
        if label.lower() == "documentation":
            return address.rstrip("/")
    return None


# without an address there are no links, rather than dead ones
WEBSITE = _find_website()

# scikit-learn's box is light in dark pages too, and so its text has to be dark
LAYERS = """
<style>
.estimator-table .layers :is(caption, tr, th, td) {{
    color: black !important;
    background-color: transparent !important;
}}
</style>
<div class="estimator-table">
    <details>
        <summary>Layers</summary>
        <div class="layers">{table}</div>
    </details>
</div>
"""


class HTMLReprMixin:
    """Links to our API pages and the table of layers, in scikit-learn's diagram."""

    _doc_link_module = "nnteach"

    @property
    def _doc_link_template(self):
        if WEBSITE is None:
            return ""
        return WEBSITE + "/api/generated/nnteach.{estimator_name}.html"

    def _doc_link_url_param_generator(self):
        return {"estimator_name": type(self).__name__}

    def _get_fitted_attr_html(self, doc_link=""):
        """Fitted attributes and the layers below them, in pipelines too."""
        attributes = super()._get_fitted_attr_html(doc_link)
        table = ParameterTable.from_estimator(self)._repr_html_()
        html = attributes._html_repr() + LAYERS.format(table=table)
        attributes._html_repr = lambda: html
        return attributes
