"""Figures between two keys as SciPy and NumPy make them: cases for
crates/annotation/tests/annotation/between_peers.rs.

    shapes_between.py

Prints a JSON list of cases: kind, points of both keys in the order of a figure's points, t, and the
points expected.
"""

import itertools
import json

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

PARTS = (0.2, 0.5, 0.85)


def orders(n):
    """Every order and direction of half axes, as matrices."""
    for order in itertools.permutations(range(n)):
        for signs in itertools.product((1, -1), repeat=n):
            yield np.diag(signs) @ np.eye(n)[list(order)]


def with_axes(a, b, t):
    """Centre and ends between two figures of perpendicular half axes (rows) by spherical linear
    interpolation; the axes of the second in the order whose ends are nearest."""
    (centre_a, half_a), (centre_b, half_b) = a, b
    n = len(half_a)

    def full(half):
        unit = half / np.linalg.norm(half, axis=1, keepdims=True)
        return unit if n == 3 else np.vstack([unit, np.cross(*unit)])

    fitting = [m @ half_b for m in orders(n)]
    if n == 3:
        hand = np.sign(np.linalg.det(full(half_a)))
        fitting = [half for half in fitting if np.sign(np.linalg.det(full(half))) == hand]
    else:
        side = np.cross(*half_a)
        fitting = [half for half in fitting if np.cross(*half) @ side > 0]
    to = min(fitting, key=lambda half: ((half - half_a) ** 2).sum())
    flip = 1.0 if n == 2 else np.sign(np.linalg.det(full(half_a)))
    # Columns are directions; a left-handed frame is turned as its mirror image is.
    frames = [full(half_a).T * flip, full(to).T * flip]
    turn = Slerp([0, 1], Rotation.from_matrix(np.stack(frames)))(t).as_matrix() * flip
    lengths = [np.linalg.norm(half, axis=1) for half in (half_a, to)]
    lengths = (1 - t) * lengths[0] + t * lengths[1]
    centre = (1 - t) * centre_a + t * centre_b
    ends = centre + turn.T[:n] * lengths[:, None]
    return np.vstack([centre, ends])


def shares(points):
    """Of a closed outline: how far along its perimeter each corner lies, and the end."""
    closed = np.vstack([points, points[:1]])
    lengths = np.r_[0, np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))]
    return lengths / lengths[-1], closed


def on(points, at):
    share, closed = shares(points)
    return np.stack([np.interp(at, share, closed[:, n]) for n in range(3)], axis=1)


def outlines(a, b, t):
    """Corners between two outlines that run the same way round and have different numbers of corners:
    each has a corner wherever either has one, laid on each other as is nearest."""
    at = np.linspace(0, 1, 20001)
    best = None
    for i, j in itertools.product(range(len(a)), range(len(b))):
        pair = np.roll(a, -i, axis=0), np.roll(b, -j, axis=0)
        squares = ((on(pair[0], at) - on(pair[1], at)) ** 2).sum(axis=1)
        way = np.trapezoid(squares, at)
        if best is None or way < best[0]:
            best = way, pair
    a, b = best[1]
    places = np.unique(np.r_[shares(a)[0], shares(b)[0]])[:-1]
    return (1 - t) * on(a, places) + t * on(b, places)


def star(random, n, lift):
    # No gap of half a turn: the outline runs the way its angles do.
    angles = (np.arange(n) + random.uniform(0, 0.4, n)) / n * 2 * np.pi
    radii = random.uniform(15, 30, n)
    plane = [radii * np.cos(angles), radii * np.sin(angles), np.full(n, lift)]
    return np.stack(plane, axis=1) + [random.uniform(-5, 5), random.uniform(-5, 5), 0]


def half_axes(random, turn, n):
    return turn.as_matrix().T[:n] * random.uniform(3, 20, n)[:, None]


def cases():
    random = np.random.default_rng(5)
    for t in PARTS:
        for _ in range(8):
            pose = Rotation.random(rng=random)
            small = Rotation.from_rotvec(random.uniform(-0.6, 0.6, 3))
            boxes = [
                (random.uniform(-50, 50, 3), half_axes(random, turn, 3)) for turn in (pose, small * pose)
            ]
            # A box whose axes are counted left-handed is one as well.
            boxes = [(centre, half * [[1], [1], [random.choice([-1, 1])]]) for centre, half in boxes]
            yield "box3d", *[np.vstack([c, c + h]) for c, h in boxes], t, with_axes(*boxes, t)
            normal = pose.apply([0, 0, 1])
            other = Rotation.from_rotvec(normal * random.uniform(-3, 3)) * pose
            ellipses = [
                (random.uniform(-50, 50, 3), half_axes(random, turn, 2)) for turn in (pose, other)
            ]
            points = [np.vstack([c, c + h]) for c, h in ellipses]
            yield "ellipse", *points, t, with_axes(*ellipses, t)
        for n, m in ((3, 4), (4, 7), (9, 5)):
            a, b = star(random, n, 0.0), star(random, m, 12.0)
            yield "polygon", a, b, t, outlines(a, b, t)


def main():
    told = [
        {"kind": kind, "a": a.tolist(), "b": b.tolist(), "t": t, "expected": expected.tolist()}
        for kind, a, b, t, expected in cases()
    ]
    print(json.dumps(told))


if __name__ == "__main__":
    main()
