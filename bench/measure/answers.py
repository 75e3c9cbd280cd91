"""Our answers in the shape of DuckDB's, so that both can be compared."""

import json
from decimal import Decimal


def screen(body):
    """The first screen."""
    view = json.loads(body)
    tiles, split, amount = view["tiles"], view["split"], Decimal
    answer = {
        "tiles": (amount(tiles["due"]["now"]), amount(tiles["paid"]["now"]), tiles["customers"][0],
                  amount(tiles["due"]["before"]), amount(tiles["paid"]["before"]), tiles["customers"][1],
                  amount(split["refund"]), amount(split["adjustment"])),
        # Our trend has no gaps; DuckDB answers months with lines only.
        "trend": [(point["at"], amount(point["due"]), amount(point["paid"])) for point in view["trend"]
                  if amount(point["due"]) or amount(point["paid"])],
        "customers": [(row["account_id"], amount(row["due"]), amount(row["paid"])) for row in view["top_customers"]],
        "services": [(row["service"], amount(row["due"]), amount(row["paid"])) for row in view["top_services"]],
    }
    if view["managers"]:
        answer["managers"] = sorted((row["manager"]["id"] if row["manager"] else "", amount(row["due"]), amount(row["paid"]),
                                     row["customers"]) for row in view["managers"] if row["customers"])
    return answer


def groups(body):
    """The groups, without cells of zero."""
    view = json.loads(body)
    by_customer = view["grouping"]["by"] == "customer"
    listed = [(group["detail"] if by_customer else group["key"], group) for group in view["rows"]]
    if view["others"]:
        listed.append((None, view["others"][1]))
    return without_zeros({
        (key, month): (Decimal(cell["due"]), Decimal(cell["coupon"] or 0))
        for key, group in listed for month, cell in zip(view["periods"], group["by_period"])})


def without_zeros(cells):
    """Only cells that hold something: whether a month without lines is answered is a matter of taste."""
    return {place: cell for place, cell in cells.items() if any(cell)}


def customers(body):
    """The customer dashboard."""
    view = json.loads(body)

    def listed(movements):
        rows = [(row["account_id"], Decimal(row["now"]), Decimal(row["before"])) for row in movements["listed"]]
        return (movements["count"], rows)

    unassigned = view["unassigned"]
    return {
        "customers": (view["customers"], view["first_seen"]),
        "newly_assigned": view["newly_assigned"],
        "consuming": tuple(view["consuming"]),
        "concentration": tuple(Decimal(each) for each in view["concentration"]),
        **{name: listed(view[name]) for name in ("started", "silent", "risen", "fallen")},
        "unassigned": [(Decimal(row["now"]), unassigned["count"]) for row in unassigned["listed"]],
    }


def must_equal(scene, mine, theirs):
    """Stops at the first figure that differs."""
    for part, expected in theirs.items():
        if mine.get(part) != expected:
            raise SystemExit(f"{scene}: {part} differ\nours   {mine.get(part)}\nDuckDB {expected}")
    if len(mine) > len(theirs):
        raise SystemExit(f"{scene}: {sorted(map(str, set(mine) - set(theirs)))} are ours only")
