"""Tasks of a delivery, what their couriers do, and what an application sees of it.

``src/Entity/Task.php`` (routes, groups), ``src/Security/TaskOperationsVoter.php`` (an
application reads those of its store's organization), ``src/Action/Task/Events.php``,
``src/Domain/Task/Event/TaskDone.php`` and ``TaskFailed.php`` (notes),
``src/Entity/TaskImage.php`` and ``src/Serializer/TaskOrIncidentImageNormalizer.php``
(an image has a thumbnail, at an address of the instance that is open to everybody),
``config/packages/liip_imagine.yaml``, ``src/MessageHandler/Task/TriggerWebhook.php``
(which event is told of), ``src/MessageHandler/Task/Command/RescheduleHandler.php``,
``features/tasks.feature``.
"""

import re

from ..serving.answers import Answer, json_answer
from .answers import error
from .book import Delivery, Store, Task

THUMBNAILS = "/media/cache/task_image_thumbnail/"


def respond(instance, method: str, path: str, store: Store | None) -> Answer:
    """Answer a request of an application about a task."""
    match = re.fullmatch(r"/api/tasks/(\d+)(/events)?", path)
    found = match and _find(instance, int(match[1]))
    if method != "GET" or not found:
        raise error(404, "Not Found")
    task, delivery = found
    may_read = "tasks" in instance.sign_ins.scopes and delivery.store is store
    if store is None or not may_read:
        raise error(403, "Access Denied.")
    if match[2]:
        events = [
            {"@id": f"/api/task_events/{number}", "@type": "TaskEvent", **event}
            for number, event in enumerate(task.events, 1)
        ]
        return json_answer(
            {
                "@context": "/api/contexts/Task",
                "@id": path,
                "@type": "hydra:Collection",
                "hydra:member": events,
                "hydra:totalItems": len(events),
            }
        )
    return json_answer(_show(instance, task))


def respond_thumbnail(instance, path: str) -> Answer:
    """Answer whoever asks for a picture."""
    picture = instance.pictures.get(path.removeprefix(THUMBNAILS))
    if picture is None:
        return Answer(404, "<html>Not Found</html>", "text/html")
    return Answer(200, picture, "image/jpeg")


def _find(instance, task_id: int) -> tuple[Task, Delivery] | None:
    for delivery in instance.deliveries:
        for task in (delivery.pickup, delivery.dropoff):
            if task.id == task_id:
                return task, delivery
    return None


def _show(instance, task: Task) -> dict:
    return {
        "@context": "/api/contexts/Task",
        "@id": f"/api/tasks/{task.id}",
        "@type": "Task",
        "id": task.id,
        "type": task.type,
        "status": task.status,
        "isAssigned": task.is_assigned,
        "assignedTo": "bob" if task.is_assigned else None,
        "hasIncidents": False,
        "incidents": [],
        "images": [
            {
                "@id": f"/api/task_images/{number}",
                "@type": "http://schema.org/MediaObject",
                "id": number,
                "thumbnail": f"{instance.url}{THUMBNAILS}{name}",
            }
            for number, name in enumerate(task.images, 1)
        ],
        **task.shown,
    }


def event_of(task: Task, doing: str) -> str:
    """Return which event is told of when something is done with a task, "" if none."""
    is_pickup = task.type == "PICKUP"
    return {
        "assign": "" if is_pickup else "delivery.assigned",
        "start": "delivery.started" if is_pickup else "delivery.in_transit",
        "done": "delivery.picked" if is_pickup else "delivery.completed",
        "failed": "delivery.failed",
    }[doing]


def do(instance, task: Task, doing: str, notes: str, pictures: tuple) -> None:
    """Assign, start or end a task.

    :param doing: "assign", "start", "done" or "failed"
    :param pictures: contents of photos
    """
    if doing == "assign":
        task.is_assigned = True
    else:
        task.status = {"start": "DOING", "done": "DONE", "failed": "FAILED"}[doing]
    name = {"assign": "assigned", "start": "started"}.get(doing, doing)
    moment = f"{instance.now().isoformat()}{instance.offset}"
    task.events.append(
        {"name": f"task:{name}", "data": {"notes": notes}, "createdAt": moment}
    )
    for content in pictures:
        picture = f"{instance.number()}.jpg"
        instance.pictures[picture] = content
        task.images.append(picture)


def reschedule(task: Task) -> None:
    """Have another try at a task that failed."""
    task.is_assigned, task.status = False, "TODO"
