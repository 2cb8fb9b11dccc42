//! The tenant's own description of its API, `GET /openapi.json`, read for tests.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::World;

/// Where the parts are that others refer to.
const SCHEMAS: &str = "#/components/schemas/";
const RESPONSES: &str = "#/components/responses/";

/// The description.
pub(crate) struct Description(pub(crate) Value);

/// An operation of the Management API.
#[derive(Clone)]
pub(crate) struct Operation {
    pub(crate) method: String,
    /// With parameters in braces.
    pub(crate) path: String,
    definition: Value,
}

/// A parameter of a query.
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) schema: Value,
    pub(crate) is_required: bool,
}

impl Description {
    pub(crate) async fn of(world: &World) -> Self {
        Self(world.get("/openapi.json").await.ok())
    }

    /// Every operation of the Management API, by path.
    pub(crate) fn operations(&self) -> Vec<Operation> {
        let mut operations = Vec::new();
        for (path, methods) in self.0["paths"].as_object().unwrap() {
            for (method, definition) in methods.as_object().unwrap() {
                if path.starts_with("/api/v2/") {
                    let (method, path) = (method.to_uppercase(), path.clone());
                    operations.push(Operation { method, path, definition: definition.clone() });
                }
            }
        }
        assert!(!operations.is_empty());
        operations
    }

    /// What an answer of that status holds, as a schema that stands alone; `None` where the operation never answers so.
    pub(crate) fn answer(&self, operation: &Operation, status: u16) -> Option<Value> {
        let response = operation.definition["responses"].get(status.to_string())?;
        let response = match response["$ref"].as_str() {
            None => response,
            Some(reference) => {
                &self.0["components"]["responses"][reference.strip_prefix(RESPONSES).unwrap()]
            }
        };
        let content = &response["content"]["application/json"]["schema"];
        Some(self.alone(content.clone()))
    }

    /// A schema with all that it may refer to.
    fn alone(&self, schema: Value) -> Value {
        if schema.is_null() {
            return schema;
        }
        json!({ "allOf": [schema], "components": self.0["components"] })
    }

    /// A schema, or what it refers to.
    pub(crate) fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            None => schema,
            Some(name) => &self.0["components"]["schemas"][name.strip_prefix(SCHEMAS).unwrap()],
        }
    }
}

impl Operation {
    /// Any of these will do.
    pub(crate) fn scopes(&self) -> BTreeSet<String> {
        let alternatives = self.definition["security"].as_array().unwrap();
        let scopes = alternatives.iter().flat_map(|one| one.as_object().unwrap().values());
        let scopes = scopes.flat_map(|scopes| scopes.as_array().unwrap());
        scopes.map(|scope| scope.as_str().unwrap().to_owned()).collect()
    }

    /// The parameters of its query.
    pub(crate) fn query(&self) -> Vec<Parameter> {
        let parameters = self.definition["parameters"].as_array().unwrap();
        let parameters = parameters.iter().filter(|parameter| parameter["in"] == "query");
        let read = |parameter: &Value| Parameter {
            name: parameter["name"].as_str().unwrap().to_owned(),
            schema: parameter["schema"].clone(),
            is_required: parameter["required"] == true,
        };
        parameters.map(read).collect()
    }

    /// The schema of its body, if it takes one.
    pub(crate) fn body(&self) -> Option<&Value> {
        self.definition
            .get("requestBody")
            .map(|body| &body["content"]["application/json"]["schema"])
    }

    /// Its path with each parameter filled in by what is given for the path before it.
    pub(crate) fn path_with(&self, mut fill: impl FnMut(&str) -> String) -> String {
        let mut before = String::new();
        let mut filled = String::new();
        for part in self.path.split('/').skip(1) {
            let part_filled = if part.starts_with('{') { fill(&before) } else { part.to_owned() };
            before = format!("{before}/{part}");
            filled = format!("{filled}/{part_filled}");
        }
        filled
    }
}
