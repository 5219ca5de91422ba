//! The OpenAPI document of the commands, the bytes door and the events.

use crate::commands::{COMMANDS, CommandDescription};
use crate::wire::{BytesRequest, Event, WireError};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// OpenAPI 3.1, whose schemas are JSON Schema 2020-12.
#[must_use]
pub fn document() -> Value {
    // As serialised: an absent value is written as null, on both sides.
    let settings = SchemaSettings::draft2020_12()
        .for_serialize()
        .with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut schemas = SchemaGenerator::new(settings);
    let error = schemas.subschema_for::<WireError>();
    let paths: Map<String, Value> = COMMANDS
        .iter()
        .map(|command| {
            (
                format!("/api/{}", command.name),
                path(&mut schemas, command, &error),
            )
        })
        .collect();
    // Not named by any command, but part of the wire.
    schemas.subschema_for::<BytesRequest>();
    schemas.subschema_for::<Event>();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Annotomy",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Control plane. Slices come from GET /bytes, events from the WebSocket at /events.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "paths": paths,
        "components": { "schemas": schemas.take_definitions(true) },
    })
}

fn path(
    schemas: &mut SchemaGenerator,
    command: &CommandDescription,
    error: &schemars::Schema,
) -> Value {
    let body = |schema: Value| json!({ "application/json": { "schema": schema } });
    let request = (command.request)(schemas).to_value();
    let response = (command.response)(schemas).to_value();
    json!({
        "post": {
            "operationId": command.name,
            "summary": command.summary.trim(),
            "requestBody": { "required": true, "content": body(request) },
            "responses": {
                "200": { "description": "Done.", "content": body(response) },
                "default": { "description": "Failed.", "content": body(error.clone().to_value()) },
            },
        },
    })
}
