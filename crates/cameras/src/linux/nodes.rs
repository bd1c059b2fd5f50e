//! The nodes that are cameras, and their formats.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    time::{Duration, Instant},
};

use pipewire::{
    node::{Node as Proxy, NodeListener},
    properties::PropertiesBox,
    registry::{GlobalObject, Listener, RegistryRc},
    spa::param::ParamType,
    types::ObjectType,
};

use super::{
    cameras::is_in_sandbox,
    connection::{Connection, Remote},
};
use crate::{
    Camera, Error,
    spa::{Node, formats, is_camera, with_unique_ids},
};

/// The time within which the session manager shows cameras to a connection of the portal, after it was opened.
const SHOWN_WITHIN: Duration = Duration::from_millis(1500);

/// The cameras of a connection, as they come and go. The fields are dropped in this order.
pub(super) struct Registry {
    _listener: Listener,
    registry: RegistryRc,
    known: Rc<Known>,
}

/// The cameras that are known, by their numbers.
#[derive(Default)]
struct Known {
    cameras: RefCell<BTreeMap<u32, GlobalObject<PropertiesBox>>>,
    /// The number of changes.
    version: Cell<u64>,
}

impl Known {
    fn changed(&self) {
        self.version.set(self.version.get().wrapping_add(1));
    }
}

impl Registry {
    /// Connects, and waits for the list of cameras.
    ///
    /// A portal can open a connection that shows no camera although there is one (xdg-desktop-portal#2143). Outside of
    /// a sandbox the user's own PipeWire then shows them: the user has allowed it.
    ///
    /// # Errors
    /// [`Error::NotSupported`] if no PipeWire runs, [`Error::Failed`] if it doesn't answer by the deadline.
    pub fn connect(remote: Remote, deadline: Instant) -> Result<(Connection, Self), Error> {
        let is_portal = matches!(remote, Remote::Portal(_));
        let connection = Connection::open(remote)?;
        let registry = Self::open(&connection, deadline)?;
        if is_portal {
            registry.wait_for_any(&connection, deadline)?;
            if registry.nodes().is_empty()
                && !is_in_sandbox()
                && let Ok(connection) = Connection::open(Remote::Daemon)
                && let Ok(registry) = Self::open(&connection, deadline)
            {
                return Ok((connection, registry));
            }
        }
        Ok((connection, registry))
    }

    /// Listens to the registry, and waits for its first list.
    ///
    /// # Errors
    /// [`Error::Failed`] if PipeWire doesn't answer by the deadline.
    fn open(connection: &Connection, deadline: Instant) -> Result<Self, Error> {
        let registry = connection
            .core
            .get_registry_rc()
            .map_err(|error| Error::Failed(format!("PipeWire: get the registry: {error}")))?;
        let known = Rc::new(Known::default());
        let (added, removed) = (known.clone(), known.clone());
        let listener = registry
            .add_listener_local()
            .global(move |global| {
                let class = global.props.and_then(|properties| properties.get("media.class"));
                if global.type_ == ObjectType::Node && is_camera(class) {
                    added.cameras.borrow_mut().insert(global.id, global.to_owned());
                    added.changed();
                }
            })
            .global_remove(move |id| {
                if removed.cameras.borrow_mut().remove(&id).is_some() {
                    removed.changed();
                }
            })
            .register();
        let registry = Self { _listener: listener, registry, known };
        connection.roundtrip(deadline)?;
        Ok(registry)
    }

    /// Waits a moment for a first camera. The session manager shows them to a connection of the portal only after it
    /// has looked up the user's answer.
    ///
    /// # Errors
    /// [`Error::Failed`] if the connection ends.
    fn wait_for_any(&self, connection: &Connection, deadline: Instant) -> Result<(), Error> {
        let deadline = deadline.min(Instant::now() + SHOWN_WITHIN);
        match connection.run_until(Some(deadline), || !self.known.cameras.borrow().is_empty()) {
            Err(error) if !connection.is_alive() => Err(error),
            _ => Ok(()),
        }
    }

    /// Whether a camera is there.
    pub fn has(&self, global: u32) -> bool {
        self.known.cameras.borrow().contains_key(&global)
    }

    /// A number that is another one after each change.
    pub fn version(&self) -> u64 {
        self.known.version.get()
    }

    /// The ids of the cameras that are there.
    pub fn ids(&self) -> Vec<String> {
        self.nodes().into_iter().map(|node| node.camera.id).collect()
    }

    /// The cameras that are there, without formats.
    pub fn nodes(&self) -> Vec<Node> {
        let cameras = self.known.cameras.borrow();
        with_unique_ids(cameras.iter().map(|(id, global)| node(*id, &properties(global))).collect())
    }

    /// The cameras that are there, with their formats. One that doesn't answer has none.
    ///
    /// # Errors
    /// [`Error::Failed`] if PipeWire doesn't answer by the deadline.
    pub fn cameras(&self, connection: &Connection, deadline: Instant) -> Result<Vec<Camera>, Error> {
        let queries: Vec<NodeQuery> = self
            .known
            .cameras
            .borrow()
            .values()
            .filter_map(|global| NodeQuery::new(&self.registry, global))
            .collect();
        // The nodes of programs are asked by the daemon in turn.
        connection.roundtrip(deadline)?;
        connection.roundtrip(deadline)?;
        let nodes = queries.iter().map(|query| {
            let answer = query.answer.borrow();
            let mut node = node(query.global, &answer.properties);
            node.camera.formats = formats(&answer.parameters);
            node
        });
        Ok(with_unique_ids(nodes.collect()).into_iter().map(|node| node.camera).collect())
    }
}

type Properties = BTreeMap<String, String>;

fn properties(global: &GlobalObject<PropertiesBox>) -> Properties {
    let of = |properties: &PropertiesBox| {
        properties.dict().iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    };
    global.props.as_ref().map(of).unwrap_or_default()
}

fn node(global: u32, properties: &Properties) -> Node {
    Node::new(global, |key| properties.get(key).map(String::as_str))
}

/// A node that is asked for its properties and formats. The listener is dropped before its node.
struct NodeQuery {
    _listener: NodeListener,
    _proxy: Proxy,
    global: u32,
    answer: Rc<RefCell<Answer>>,
}

#[derive(Debug, Default)]
struct Answer {
    properties: Properties,
    parameters: Vec<Vec<u8>>,
}

impl NodeQuery {
    /// `None` if the node is gone already.
    fn new(registry: &RegistryRc, global: &GlobalObject<PropertiesBox>) -> Option<Self> {
        let proxy: Proxy = registry.bind(global).ok()?;
        let answer = Rc::new(RefCell::new(Answer { properties: properties(global), parameters: vec![] }));
        let (told, offered) = (answer.clone(), answer.clone());
        let listener = proxy
            .add_listener_local()
            .info(move |info| {
                // The registry has only some of the properties.
                let told = &mut told.borrow_mut().properties;
                for (key, value) in info.props().into_iter().flat_map(|properties| properties.iter()) {
                    told.insert(key.to_owned(), value.to_owned());
                }
            })
            .param(move |_, parameter, _, _, pod| {
                if parameter == ParamType::EnumFormat
                    && let Some(pod) = pod
                {
                    offered.borrow_mut().parameters.push(pod.as_bytes().to_vec());
                }
            })
            .register();
        proxy.enum_params(0, Some(ParamType::EnumFormat), 0, u32::MAX);
        Some(Self { _listener: listener, _proxy: proxy, global: global.id, answer })
    }
}
