#include "rest/enums.h"

struct words enum_extension_status(void)
{
    static const char *const list[] = {"Enabled", "Disabled", "Frozen", "NotActivated",
                                       "Unassigned"};
    return WORDS(list);
}

struct words enum_extension_type(void)
{
    static const char *const list[] = {
        "User",
        "Department",
        "Announcement",
        "Voicemail",
        "DigitalUser",
        "VirtualUser",
        "FaxUser",
        "PagingOnly",
        "SharedLinesGroup",
        "DelegatedLinesGroup",
        "GroupCallPickup",
        "IvrMenu",
        "ApplicationExtension",
        "ProxyAdmin",
        "RoomConnector",
        "ParkLocation",
        "Limited",
        "Bot",
        "Site",
        "Room",
        "FlexibleUser",
        "TieLine",
        "Unknown",
    };
    return WORDS(list);
}

struct words enum_number_usage(void)
{
    static const char *const list[] = {
        "MainCompanyNumber",
        "AdditionalCompanyNumber",
        "CompanyNumber",
        "DirectNumber",
        "CompanyFaxNumber",
        "FmcBusinessMobileNumber",
        "InventoryFmcBusinessMobileNumber",
        "ForwardedNumber",
        "ForwardedCompanyNumber",
        "ContactCenterNumber",
        "ConferencingNumber",
        "MeetingsNumber",
        "NumberPool",
        "BusinessMobileNumber",
        "ELIN",
        "PartnerBusinessMobileNumber",
        "NumberPoolPartnerBusinessMobileNumber",
        "NumberStorage",
        "IntegrationNumber",
        "InventoryMobileNumber",
    };
    return WORDS(list);
}

struct words enum_number_status(void)
{
    static const char *const list[] = {"Normal", "Pending", "PortedIn", "Temporary", "Unknown"};
    return WORDS(list);
}

struct words enum_payment(void)
{
    static const char *const list[] = {
        "External",
        "TollFree",
        "Local",
        "BusinessMobileNumberProvider",
        "ExternalNumberProvider",
        "ExternalNumberProviderTollFree",
        "Mobile",
    };
    return WORDS(list);
}

struct words enum_device_type(void)
{
    static const char *const list[] = {"HardPhone",    "SoftPhone", "OtherPhone",
                                       "MobileDevice", "BLA",       "Paging",
                                       "WebPhone",     "WebRTC",    "Room"};
    return WORDS(list);
}

struct words enum_device_feature(void)
{
    static const char *const list[] = {"BLA", "CommonPhone", "Intercom", "Paging", "HELD"};
    return WORDS(list);
}

struct words enum_line_type(void)
{
    static const char *const list[] = {"Unknown", "Standalone", "StandaloneFree", "BlaPrimary",
                                       "BlaSecondary"};
    return WORDS(list);
}

struct words enum_line_pooling(void)
{
    static const char *const list[] = {"Host", "Guest", "None"};
    return WORDS(list);
}
