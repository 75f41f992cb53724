import {registry} from "@web/core/registry";

// An agent answers from the chatter, and the banner says so by itself.
registry.category("web_tour.tours").add("support_policy_answer", {
    steps: () => [
        {
            content: "the banner says by when an answer is owed",
            trigger: ".o_support_banner[data-urgency='calm']:contains('SLA deadline')",
            timeout: 60000, // the first page also builds the assets
        },
        {
            content: "write to the requester",
            trigger: ".o-mail-Chatter-sendMessage:not(.active)",
            run: "click",
        },
        {
            trigger: ".o-mail-Composer-input",
            run: "edit Please try the link again.",
        },
        {
            trigger: ".o-mail-Composer-send:enabled",
            run: "click",
        },
        {
            content: "the answer stands in the chatter",
            trigger: ".o-mail-Message:contains('Please try the link again.')",
        },
        {
            content: "and the banner has changed without a reload",
            trigger: ".o_support_banner[data-urgency='met']",
        },
    ],
});

// A manager sends a request one tier up, and says why.
registry.category("web_tour.tours").add("support_policy_escalate", {
    steps: () => [
        {
            trigger: "button[name='action_escalate']",
            timeout: 60000, // the first page also builds the assets
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name='reason'] input",
            run: "edit Her exam is tomorrow",
        },
        {
            trigger: ".modal button[name='action_escalate']",
            run: "click",
        },
        {
            content: "the banner names the new holder and the tier",
            trigger: ".o_support_banner:contains('Leader'):contains('1 / 3')",
        },
    ],
});
