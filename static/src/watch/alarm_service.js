import {registry} from "@web/core/registry";
import {session} from "@web/session";
import {_t} from "@web/core/l10n/translation";

const A_MINUTE = 60 * 1000;

/** Policy administrators see on every screen that nothing is taken up any more. */
export const alarmService = {
    dependencies: ["notification", "orm"],
    start(env, {notification, orm}) {
        if (!("support_alarm" in session)) {
            return; // Nobody whom the alarm concerns
        }
        let close = () => undefined;
        // Looked at again sooner while there is one, so that it goes when it is over
        const show = (alarm) => {
            close();
            close = alarm
                ? notification.add(alarm, {
                      className: "o_support_alarm",
                      sticky: true,
                      title: _t("Support Policy"),
                      type: "danger",
                  })
                : () => undefined;
            setTimeout(ask, alarm ? A_MINUTE : 5 * A_MINUTE);
        };
        const ask = async () => {
            try {
                show(await orm.silent.call("support.watch", "get_alarm", []));
            } catch {
                setTimeout(ask, A_MINUTE); // Nobody answers at this moment
            }
        };
        show(session.support_alarm);
    },
};

registry.category("services").add("support_policy.alarm", alarmService);
