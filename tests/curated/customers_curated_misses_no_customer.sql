-- A trusted customer whose phone has reported never goes missing: the device readings would go missing, too.
select customers.email
from {{ ref('customer_trusted') }} as customers
inner join {{ ref('accelerometer_trusted') }} as readings
    on customers.email = readings."user"
except
select email
from {{ ref('customers_curated') }}
