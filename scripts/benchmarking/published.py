"""The published tables as the course defines them, in SQL that DuckDB and Spark both run."""

# Feed -> columns.
FEEDS = {
    "customer": "customerName string, email string, phone string, birthDay string, "
    "serialNumber string, registrationDate bigint, lastUpdateDate bigint, "
    "shareWithResearchAsOfDate bigint, shareWithPublicAsOfDate bigint, "
    "shareWithFriendsAsOfDate bigint",
    "accelerometer": "user string, timestamp bigint, x double, y double, z double",
    "step_trainer": "sensorReadingTime bigint, serialNumber string, distanceFromObject bigint",
}
# Table -> query, in the order in which they are made; each reads those before it.
TABLES = {
    "customer_trusted": "select * from customer where shareWithResearchAsOfDate > 0",
    "accelerometer_trusted": "select phone.* from accelerometer as phone "
    "where phone.user in (select email from customer_trusted)",
    "customers_curated": "select * from customer_trusted "
    "where email in (select phone.user from accelerometer_trusted as phone)",
    "step_trainer_trusted": "select * from step_trainer "
    "where serialNumber in (select serialNumber from customers_curated)",
    "machine_learning_curated": "select steps.*, phone.* from step_trainer_trusted as steps "
    "inner join accelerometer_trusted as phone on phone.timestamp = steps.sensorReadingTime",
}
