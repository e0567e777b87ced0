"""Descriptions of a network: tables and equations from its architecture."""

from nnteach.describe.equations import ForwardEquations
from nnteach.describe.parameter_table import ParameterTable

__all__ = ["ForwardEquations", "ParameterTable"]
