"""What every page is looked over for in a real browser."""

from axe_playwright_python.sync_playwright import Axe

WIDTHS = [320, 768, 1440]
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}


def faults_of(page):
    """Return, as text, what is wrong with the page that is open, at its address.

    That is: each width at which it is wider than its screen, what axe finds in the light, and what
    it finds in the dark, where nothing but the colours differs.
    """
    faults = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if wider := page.evaluate(WIDER):
            faults.append(f"{page.url} is {wider} px wider than a screen of {width} px")
    for scheme, rules in (("light", {"resultTypes": ["violations"]}), ("dark", COLOURS)):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options=rules)
        if found.violations_count:
            faults.append(f"{page.url} in the {scheme}: {found.generate_report()}")
    return faults
