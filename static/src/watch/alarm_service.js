import {registry} from "@web/core/registry";
import {session} from "@web/session";
import {_t} from "@web/core/l10n/translation";

const FIVE_MINUTES = 5 * 60 * 1000;

/** Policy administrators see on every screen that nothing is taken up any more. */
export const alarmService = {
    dependencies: ["notification", "orm"],
    start(env, {notification, orm}) {
        if (!("support_alarm" in session)) {
            return; // Nobody whom the alarm concerns
        }
        let close = () => undefined;
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
        };
        show(session.support_alarm);
        setInterval(async () => {
            try {
                show(await orm.silent.call("support.watch", "get_alarm", []));
            } catch {
                // Nobody answers at this moment: asked again in five minutes
            }
        }, FIVE_MINUTES);
    },
};

registry.category("services").add("support_policy.alarm", alarmService);
