#!/usr/bin/env python3
"""Writes a FOCUS 1.0 bill file of any size for the measurements: 400 customers, 40 services, 10 months, about 50,000
resources. The same arguments give the same bytes. Python's standard library only.

    bench/generate.py --rows 1000000 --out target/bench/bill-1000000.csv
"""

import argparse
import datetime
import random
import sys
import time

CUSTOMERS = 400
SERVICES = 40
MONTHS = [(2026, month) for month in range(1, 11)]
RESOURCES = 50_000

# The 43 columns of FOCUS 1.0 and two more, as exporters like to add: 45.
COLUMNS = """AvailabilityZone BilledCost BillingAccountId BillingAccountName BillingCurrency BillingPeriodEnd
BillingPeriodStart ChargeCategory ChargeClass ChargeDescription ChargeFrequency ChargePeriodEnd ChargePeriodStart
CommitmentDiscountCategory CommitmentDiscountId CommitmentDiscountName CommitmentDiscountStatus CommitmentDiscountType
ConsumedQuantity ConsumedUnit ContractedCost ContractedUnitPrice EffectiveCost InvoiceIssuerName ListCost ListUnitPrice
PricingCategory PricingQuantity PricingUnit ProviderName PublisherName RegionId RegionName ResourceId ResourceName
ResourceType ServiceCategory ServiceName SkuId SkuPriceId SubAccountId SubAccountName Tags x_AssociationType x_OrderId""".split()

CATEGORIES = ["Compute", "Storage", "Databases", "Networking", "Security", "Analytics", "AI and Machine Learning", "Web"]
REGIONS = [("cn-north-4", "华北-北京四"), ("cn-east-3", "华东-上海一"), ("cn-south-1", "华南-广州"),
           ("cn-southwest-2", "西南-贵阳一"), ("ap-southeast-1", "中国-香港")]
ASSOCIATIONS = ["reseller", "reseller", "referral"]
PROVIDER, ISSUER = "Huawei Cloud", "Sample Issuer Ltd."


def amount(units):
    """Units of 10^-8 as an exact decimal."""
    sign = "-" if units < 0 else ""
    whole, rest = divmod(abs(units), 100_000_000)
    return f"{sign}{whole}.{rest:08d}" if rest else f"{sign}{whole}"


def make_resources(rng):
    """What each resource's rows have in common: the texts between the columns that differ from row to row."""
    weights = [1 / (rank + 4) for rank in range(CUSTOMERS)]
    owners = rng.choices(range(CUSTOMERS), weights, k=RESOURCES - CUSTOMERS) + list(range(CUSTOMERS))
    service_weights = [1 / (rank + 2) for rank in range(SERVICES)]
    services = rng.choices(range(SERVICES), service_weights, k=RESOURCES - SERVICES) + list(range(SERVICES))
    resources = []
    for number, (owner, service) in enumerate(zip(owners, services)):
        region, region_name = rng.choice(REGIONS)
        identity = f"{rng.getrandbits(128):032x}"
        unit = "Hours" if service % 3 else "GB"
        price = rng.randrange(500, 400_000) * 100  # 10^-8 units
        discount = rng.choice([0, 0, 5, 10, 15, 25])
        before = f"{region}{'abc'[number % 3]},"
        # from CommitmentDiscountCategory on, up to the quantity
        unit_part = f",{unit},"
        middle = f",{ISSUER},"
        tail = (f",{unit},{PROVIDER},{PROVIDER},{region},{region_name},{identity},res-{service:02d}-{number % 97:02d},"
                f"Type {service:02d},{CATEGORIES[service % len(CATEGORIES)]},Service {service:02d},sku{service:02d}{number % 211:03d},"
                f"sku{service:02d}{number % 211:03d}.{region},acct{owner:04d}{owner * 7919 % 10007:05d},customer-{owner:04d},"
                + ('"{""env"":""prod""}"' if number % 4 == 0 else "") + f",{ASSOCIATIONS[owner % len(ASSOCIATIONS)]},")
        resources.append((before, unit_part, middle, tail, price, discount, amount(price),
                          amount(price * (100 - discount) // 100), f"Service {service:02d} use"))
    return resources


def month_texts(year, month):
    """Billing period of a month in GMT+8 written as UTC, and each day's charge period."""
    first = datetime.date(year, month, 1)
    following = datetime.date(year + month // 12, month % 12 + 1, 1)
    day = datetime.timedelta(days=1)
    period = f"{following - day}T16:00:00Z,{first - day}T16:00:00Z"
    days = [first + day * offset for offset in range((following - first).days)]
    return period, [f"{date}T16:00:00Z,{date - day}T16:00:00Z" for date in days]


def write(rows, out, seed):
    rng = random.Random(seed)
    resources = make_resources(rng)
    out.write(",".join(COLUMNS) + "\n")
    draw, choices = rng.random, len(resources)
    written = 0
    for position, (year, month) in enumerate(MONTHS):
        period, days = month_texts(year, month)
        count = rows * (position + 1) // len(MONTHS) - rows * position // len(MONTHS)
        lines = []
        for _ in range(count):
            before, unit, middle, tail, price, discount, price_text, contracted_price, text = resources[int(draw() * choices)]
            day = days[int(draw() * len(days))]
            quantity = 1 + int(draw() * 4800)  # hundredths
            listed = price * quantity // 100
            contracted = listed * (100 - discount) // 100
            kind, frequency = "Usage", "Usage-Based"
            chance = draw()
            if chance < 0.03:
                kind, frequency = "Purchase", "Recurring"
            elif chance < 0.035:
                kind, listed, contracted, quantity = "Adjustment", -listed // 3, -contracted // 3, -quantity
            elif chance < 0.05:
                kind, listed, contracted = "Credit", 0, -contracted // 5
            elif chance < 0.09:
                listed = contracted = 0
            cost = amount(contracted)
            written += 1
            order = f"CS{written:012d}" if kind == "Purchase" else ""
            amount_text = f"{quantity // 100}.{quantity % 100:02d}" if quantity >= 0 else f"-{-quantity // 100}.{-quantity % 100:02d}"
            lines.append(f"{before}{cost},05f2a3c9d48e4b7f,payer,CNY,{period},{kind},,{text},{frequency},{day},,,,,,"
                         f"{amount_text}{unit}{cost},{contracted_price},{cost}{middle}{amount(listed)},{price_text},Standard,"
                         f"{amount_text}{tail}{order}\n")
            if len(lines) == 10_000:
                out.write("".join(lines))
                lines.clear()
        out.write("".join(lines))
    return written


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    started = time.monotonic()
    with open(arguments.out, "w", encoding="utf-8", newline="", buffering=1 << 20) as out:
        written = write(arguments.rows, out, arguments.seed)
    print(f"{written} rows in {time.monotonic() - started:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
