"""Descriptions: of a network, from its architecture, and of many trainings."""

from nnteach.describe.equations import ForwardEquations
from nnteach.describe.median_and_band import median_and_band
from nnteach.describe.parameter_table import ParameterTable

__all__ = ["ForwardEquations", "ParameterTable", "median_and_band"]
