resource "aws_vpc_endpoint" "s3" {
  count = var.s3_endpoint == null ? 0 : 1

  vpc_id            = var.s3_endpoint.vpc_id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = var.s3_endpoint.route_table_ids
}
