"""acme-rc with many more people, each with a phone: what a registrar's memory is measured with."""
import yaml

from server import ROOT

PASSWORD = "b3nchPhone"


def write_company(path, people):
    """Writes the fixture; gives (user name, authorization id, password, domain) of each new phone."""
    company = yaml.safe_load((ROOT / "fixtures/acme-rc.yaml").read_text("utf-8"))
    domain = company["account"]["sip_domain"]
    users = []
    for i in range(people):
        name, number = f"{20000 + i}", f"+1415{5000000 + i}"
        company["users"].append({
            "id": 50000000 + i, "extension": name, "first_name": "Person", "last_name": name,
            "email": f"person{name}@acme-widgets.example", "password": "Bench7!Person",
            "role": "Standard",
        })
        company["numbers"].append({
            "id": 90000000 + i, "number": number, "usage": "DirectNumber", "user": name,
        })
        company["devices"].append({
            "id": f"{900000000000 + i}", "user": name, "name": f"Phone of {name}",
            "number": number, "sip_password": PASSWORD,
        })
        users.append((number.lstrip("+"), f"{900000000000 + i}", PASSWORD, domain))
    path.write_text(yaml.safe_dump(company, allow_unicode=True), "utf-8")
    return users
