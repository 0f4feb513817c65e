"""What is an organisation, a municipality, a county, and who keeps their facts?"""

from .county import County
from .municipality import Municipality, MunicipalityChange, MunicipalityNumber, Population
from .organisation import Organisation, OrganisationName
from .people import Coordinator, User

__all__ = [
    "Coordinator",
    "County",
    "Municipality",
    "MunicipalityChange",
    "MunicipalityNumber",
    "Organisation",
    "OrganisationName",
    "Population",
    "User",
]
