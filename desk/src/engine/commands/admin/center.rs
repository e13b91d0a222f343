//! The settings of a service: `!contract`, `!helpcenter`, `!routing`, `!retention`. They count
//! from the moment they are committed.

use crate::{
    command::{ContractSwitch, HelpcenterCommand, RoutingCommand, Switch},
    effect::Effect,
    ports::StoreError,
    service::{Service, part},
    texts::admin as texts,
};

use super::super::{super::Work, Asker};

impl Work<'_> {
    pub(super) async fn contract(
        &mut self,
        asker: &Asker,
        mut service: Service,
        which: Option<ContractSwitch>,
        switch: Option<Switch>,
    ) -> Result<String, StoreError> {
        let (Some(which), Some(switch)) = (which, switch) else {
            return Ok(match which {
                Some(_) => texts::on_or_off(asker.language, "!contract chat on"),
                None => texts::contract(&service),
            });
        };
        match service.change_contract(which, switch) {
            Some(change) => self.keep(asker, &service, &change).await,
            None => Ok(texts::as_before(asker.language, &texts::contract(&service))),
        }
    }

    pub(super) async fn help_center(
        &mut self,
        asker: &Asker,
        mut service: Service,
        command: HelpcenterCommand,
    ) -> Result<String, StoreError> {
        let part = part(&command);
        let example = || crate::command::example(&["helpcenter", part]);
        let change = match service.change(&command) {
            Ok(Some(change)) => change,
            Ok(None) => return Ok(texts::center(&service, part)),
            Err(wrong) => return Ok(texts::wrong_value(asker.language, &wrong, &example())),
        };
        let words = self.keep(asker, &service, &change).await?;
        if matches!(part, "name" | "language") {
            self.enqueue(Effect::NameRooms {
                service: service.slug.clone(),
            })
            .await?;
        }
        Ok(words)
    }

    pub(super) async fn routing(
        &mut self,
        asker: &Asker,
        mut service: Service,
        command: RoutingCommand,
    ) -> Result<String, StoreError> {
        if command == RoutingCommand::Show {
            return Ok(texts::routing_settings(&service));
        }
        let Some(change) = service.change_routing(&command) else {
            let now = texts::routing_settings(&service);
            return Ok(texts::as_before(asker.language, &now));
        };
        let words = self.keep(asker, &service, &change).await?;
        // There may be room for more, or more who count as being there.
        self.route(&service.slug).await?;
        self.moves = true;
        Ok(words)
    }

    pub(super) async fn retention(
        &mut self,
        asker: &Asker,
        mut service: Service,
        days: Option<String>,
    ) -> Result<String, StoreError> {
        let Some(days) = days else {
            return Ok(texts::kept(&service));
        };
        match service.change_retention(&days) {
            Ok(Some(change)) => {
                let words = self.keep(asker, &service, &change).await?;
                self.plan_clearing().await?;
                Ok(words)
            }
            Ok(None) => Ok(texts::as_before(asker.language, &texts::kept(&service))),
            Err(wrong) => Ok(texts::wrong_value(asker.language, &wrong, "!retention 90")),
        }
    }
}
