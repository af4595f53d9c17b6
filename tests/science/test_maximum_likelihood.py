"""The search for a maximum on likelihoods whose maximum is known."""

import numpy as np
import pytest

from warehouse.science.maximum_likelihood import FitRefused, maximise


def log_normal_peak(at, n=100.0):
    """Log-likelihood with its maximum at `at` and, there, standard errors of parameter / sqrt(n)."""

    def log_likelihood(theta):
        distance = np.log(theta) - np.log(at)
        return -n * float((distance**2).sum()) / 2, -n * distance / theta

    return log_likelihood


def test_the_maximum_is_found_with_its_errors():
    fit = maximise(["a", "b"], log_normal_peak([3.0, 9000.0]), [(1.0, 1.0), (50.0, 0.1)], 100)
    assert fit.parameters == pytest.approx({"a": 3.0, "b": 9000.0}, rel=1e-9)
    assert fit.standard_errors == pytest.approx({"a": 0.3, "b": 900.0}, rel=1e-5)
    assert fit.limits("a") == pytest.approx((3 * np.exp(-0.1959964), 3 * np.exp(0.1959964)))
    assert fit.log_likelihood == pytest.approx(0, abs=1e-12)
    assert fit.converged


@pytest.mark.parametrize(
    ("at", "end", "end_zh"), [(11000.0, "10,000", "超过一万"), (2e-6, "zero", "趋近于零")]
)
def test_a_parameter_beyond_all_sense_is_refused_by_name(at, end, end_zh):
    with pytest.raises(FitRefused) as refusal:
        maximise(["a", "b"], log_normal_peak([1.0, at]), [(1.0, 1.0)], 100)
    assert f"Parameter b runs to {end}" in refusal.value.reason["en"]
    assert f"b {end_zh}" in refusal.value.reason["zh"]


def test_a_ridge_is_refused():
    def only_the_product(theta):
        distance = np.log(theta).sum()
        return -50 * float(distance**2), -100 * distance / theta

    with pytest.raises(FitRefused, match="no single maximum"):
        maximise(["a", "b"], only_the_product, [(2.0, 3.0)], 100)


def test_the_best_of_several_starts_is_taken():
    def two_peaks(theta):
        """Peaks at 0.1 and, lower, at 100."""
        at = np.log(theta[0])
        values = np.array([-50 * (at - np.log(0.1)) ** 2, -50 * (at - np.log(100)) ** 2 - 20])
        share = np.exp(values - np.logaddexp(*values))
        slope = -100 * (share @ [at - np.log(0.1), at - np.log(100)])
        return float(np.logaddexp(*values)), np.array([slope / theta[0]])

    assert maximise(["a"], two_peaks, [(90.0,), (0.2,)], 100).parameters["a"] == pytest.approx(0.1)
    assert maximise(["a"], two_peaks, [(90.0,)], 100).parameters["a"] == pytest.approx(100)
