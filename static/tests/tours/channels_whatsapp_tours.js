import {registry} from "@web/core/registry";

// An agent answers a requester who has no e-mail address.
registry.category("web_tour.tours").add("support_policy_whatsapp", {
    steps: () => [
        {
            content: "until when WhatsApp lets us write",
            trigger: ".o_form_view:contains('الرسائل إلى مقدم الطلب تُرسل عبر واتساب')",
            timeout: 60000, // the first page also builds the assets
        },
        {trigger: ".o-mail-Chatter-sendMessage", run: "click"},
        {
            content: "who gets it",
            trigger:
                ".o-mail-RecipientsInput input[placeholder='مقدم الطلب، عبر واتساب']",
        },
        {trigger: ".o-mail-Composer-input", run: "edit جرّب الآن"},
        {trigger: ".o-mail-Composer-send:enabled", run: "click"},
        {
            content: "how far it has come",
            trigger:
                ".o-mail-Message:contains('جرّب الآن') .o-mail-Message-notification .fa-whatsapp",
        },
    ],
});

// A day later only a template goes through.
registry.category("web_tour.tours").add("support_policy_whatsapp_template", {
    steps: () => [
        {
            trigger: ".alert button[name='action_send_whatsapp_template']",
            timeout: 60000,
            run: "click",
        },
        {
            content: "filled in, as the requester will read it",
            trigger: ".modal [name='preview']:contains('عزيزنا هند، لدينا رد')",
        },
        {trigger: ".modal button[name='action_send']", run: "click"},
        {trigger: "body:not(:has(.modal))"},
        {
            trigger:
                ".o-mail-Message:contains('عزيزنا هند') .o-mail-Message-notification .fa-whatsapp",
        },
    ],
});
