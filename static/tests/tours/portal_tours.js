import {registry} from "@web/core/registry";

// On a telephone, in Arabic: ask, follow, remind, close.
registry.category("web_tour.tours").add("support_policy_request", {
    steps: () => [
        {
            content: "the rules of etiquette, in Arabic",
            trigger: ".o_support_request:contains('الالتزام بالاحترام المتبادل')",
            timeout: 60000, // the first page also builds the assets
        },
        {trigger: "#name", run: "edit هند"},
        {trigger: "#email", run: "edit hind@mail.example"},
        {trigger: "#beneficiary", run: "selectByIndex 2"},
        {trigger: "#category", run: "selectByIndex 2"},
        {trigger: "#subject", run: "edit لا أستطيع الدخول"},
        {trigger: "#text", run: "edit الرابط لا يعمل"},
        {trigger: "#accept", run: "check"},
        {
            trigger: ".o_support_request button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "number, promised time and private link",
            trigger: "[name=confirmation]:has([name=promise]) a[name=tracking]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "where it stands",
            trigger: ".o_support_track[data-state=waiting]",
        },
        {
            trigger: "button[name=remind]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "[data-said=reminded]",
        },
        {trigger: "#text", run: "edit معلومة إضافية"},
        {
            trigger: "button[name=send]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "[data-mine=True]:contains('معلومة إضافية')",
        },
        {
            trigger: "button[name=close]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_support_track[data-state=closed]",
        },
    ],
});
