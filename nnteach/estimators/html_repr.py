"""How a notebook shows an estimator: scikit-learn's diagram, and our own parts."""

from nnteach.describe.parameter_table import ParameterTable

# Address of the website, without a slash at its end. It has no public one yet, and no
# link is better than a dead one: where you serve it, set this to have the links.
WEBSITE = None

LAYERS = """
<div class="estimator-table">
    <details>
        <summary>Layers</summary>
        {table}
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
