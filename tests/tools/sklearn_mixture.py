#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fits scikit-learn's BayesianGaussianMixture to rows of doubles and prints the seconds that it took, its lower bound
up to a constant, and the mean iterations of a start: the other side of bench_populations.

    tests/tools/sklearn_mixture.py FILE ROWS COLUMNS COMPONENTS STARTS TOLERANCE ITERATIONS
"""
import sys
import time
import warnings

import numpy
from sklearn.mixture import BayesianGaussianMixture


def main():
    path, *numbers = sys.argv[1:]
    rows, columns, components, starts = (int(number) for number in numbers[:4])
    tolerance, iterations = float(numbers[4]), int(numbers[5])
    data = numpy.fromfile(path).reshape(columns, rows).T
    warnings.simplefilter("ignore")
    mixture = BayesianGaussianMixture(n_components=components, n_init=starts, init_params="random", tol=tolerance,
                                      max_iter=iterations, random_state=1)
    begun = time.perf_counter()
    mixture.fit(data)
    print(time.perf_counter() - begun, mixture.lower_bound_, mixture.n_iter_)


if __name__ == "__main__":
    main()
